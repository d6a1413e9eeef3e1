// Parsed filters by user and id. A stored filter never changes, so nothing here goes out of date.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "common/matrix/event_filter.h"

namespace plexus::sync {

using FilterPtr = std::shared_ptr<const matrix::Filter>;

// Errors: 400 M_INVALID_PARAM if `text` is not a filter.
absl::StatusOr<FilterPtr> ParseFilterText(std::string_view text);

// Thread-safe. When full it starts afresh.
class FilterCache {
 public:
  explicit FilterCache(size_t max_filters) : max_filters_(max_filters) {}
  // Null if it is not here.
  FilterPtr Find(const std::string& user_id, const std::string& filter_id) const;
  void Store(const std::string& user_id, const std::string& filter_id, FilterPtr filter);

 private:
  const size_t max_filters_;
  mutable absl::Mutex mutex_;
  absl::flat_hash_map<std::pair<std::string, std::string>, FilterPtr> filters_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace plexus::sync
