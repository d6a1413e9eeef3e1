#include "services/sync/domain/filter_cache.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/matrix_error.h"
#include "common/json/parse.h"

namespace plexus::sync {
namespace {

absl::Status BadFilter(const absl::Status& why) {
  return errors::InvalidParam(absl::StrCat("'filter' is not a filter: ", FromStatus(why).message));
}

}  // namespace

absl::StatusOr<FilterPtr> ParseFilterText(std::string_view text) {
  absl::StatusOr<json::Object> object = json::ParseObject(text);
  if (!object.ok()) return BadFilter(object.status());
  absl::StatusOr<matrix::Filter> filter = matrix::ParseFilter(*object);
  if (!filter.ok()) return BadFilter(filter.status());
  return std::make_shared<const matrix::Filter>(*std::move(filter));
}

FilterPtr FilterCache::Find(const std::string& user_id, const std::string& filter_id) const {
  absl::MutexLock lock(&mutex_);
  auto it = filters_.find(std::make_pair(user_id, filter_id));
  return it == filters_.end() ? nullptr : it->second;
}

void FilterCache::Store(const std::string& user_id, const std::string& filter_id, FilterPtr filter) {
  absl::MutexLock lock(&mutex_);
  if (filters_.size() >= max_filters_) filters_.clear();
  filters_[std::make_pair(user_id, filter_id)] = std::move(filter);
}

}  // namespace plexus::sync
