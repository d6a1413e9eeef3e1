#include "services/account/domain/tags.h"

#include "common/base/matrix_error.h"
#include "common/base/status_macros.h"
#include "common/json/access.h"
#include "common/json/canonical.h"

namespace plexus::account {
namespace {

absl::Status CheckOrder(const json::Object& tag_content) {
  const json::Value* order = json::Find(tag_content, "order");
  if (order == nullptr || order->is_null()) return absl::OkStatus();
  if (!order->is_number()) return errors::BadJson("'order' must be a number");
  const double number = order->to_number<double>();
  if (!(number >= 0 && number <= 1)) return errors::InvalidParam("'order' must be between 0 and 1");
  return absl::OkStatus();
}

}  // namespace

json::Object& TagsOf(json::Object& content) {
  json::Value& tags = content["tags"];
  return tags.is_object() ? tags.get_object() : tags.emplace_object();
}

absl::Status CheckTagName(std::string_view tag) {
  if (tag.empty() || tag.size() > kMaxTagBytes) return errors::InvalidParam("A tag has 1 to 255 bytes");
  return absl::OkStatus();
}

absl::Status PutTagInto(json::Object& content, std::string_view tag, const json::Object& tag_content) {
  PLEXUS_RETURN_IF_ERROR(CheckTagName(tag));
  PLEXUS_RETURN_IF_ERROR(CheckOrder(tag_content));
  if (json::Serialize(tag_content).size() > kMaxTagContentBytes) return errors::InvalidParam("The tag is too large");
  json::Object& tags = TagsOf(content);
  if (!tags.contains(tag) && tags.size() >= kMaxTagsOfRoom) return errors::InvalidParam("The room has too many tags");
  tags[tag] = tag_content;
  return absl::OkStatus();
}

bool RemoveTagFrom(json::Object& content, std::string_view tag) { return TagsOf(content).erase(tag) > 0; }

}  // namespace plexus::account
