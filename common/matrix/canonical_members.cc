#include "common/matrix/canonical_members.h"

#include <algorithm>
#include <utility>

#include "common/base/status_macros.h"

namespace plexus::matrix {

absl::StatusOr<CanonicalMembers> CanonicalMembers::Of(const json::Object& object, json::Floats floats) {
  CanonicalMembers members(floats);
  members.text_.reserve(1024);
  members.members_.reserve(object.size() + 2);
  for (const auto& member : object) {
    PLEXUS_ASSIGN_OR_RETURN(Member written, members.Write(json::Key(member), member.value()));
    members.members_.push_back(std::move(written));
  }
  std::sort(members.members_.begin(), members.members_.end(),
            [](const Member& a, const Member& b) { return a.key < b.key; });
  return members;
}

absl::StatusOr<CanonicalMembers::Member> CanonicalMembers::Write(std::string_view key, const json::Value& value) {
  const size_t begin = text_.size();
  PLEXUS_RETURN_IF_ERROR(json::AppendCanonical(text_, value, floats_));
  return Member{std::string(key), begin, text_.size()};
}

absl::Status CanonicalMembers::Set(std::string_view key, const json::Value& value) {
  PLEXUS_ASSIGN_OR_RETURN(Member written, Write(key, value));
  auto place = std::lower_bound(members_.begin(), members_.end(), key,
                                [](const Member& member, std::string_view wanted) { return member.key < wanted; });
  if (place != members_.end() && place->key == key)
    *place = std::move(written);
  else
    members_.insert(place, std::move(written));
  return absl::OkStatus();
}

std::string CanonicalMembers::Join(absl::FunctionRef<bool(std::string_view key)> keep, std::string_view replaced_key,
                                   std::string_view replacement) const {
  std::string out;
  out.reserve(text_.size() + replacement.size() + 32 * members_.size());
  char separator = '{';
  for (const Member& member : members_) {
    if (!keep(member.key)) continue;
    out += std::exchange(separator, ',');
    json::AppendString(out, member.key);
    out += ':';
    if (!replaced_key.empty() && member.key == replaced_key)
      out += replacement;
    else
      out.append(text_, member.begin, member.end - member.begin);
  }
  out += separator == '{' ? "{}" : "}";
  return out;
}

}  // namespace plexus::matrix
