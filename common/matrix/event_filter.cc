#include "common/matrix/event_filter.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/matrix_error.h"
#include "common/base/status_macros.h"
#include "common/json/access.h"

namespace plexus::matrix {
namespace {

absl::Status ReadList(const json::Object& filter, std::string_view key, AllowList& list) {
  PLEXUS_ASSIGN_OR_RETURN(list, json::OptionalStrings(filter, key));
  if (list && list->size() > kMaxFilterEntries) {
    return errors::InvalidParam(absl::StrCat("'", key, "' has more than ", kMaxFilterEntries, " entries"));
  }
  return absl::OkStatus();
}

absl::Status ReadList(const json::Object& filter, std::string_view key, std::vector<std::string>& list) {
  AllowList read;
  PLEXUS_RETURN_IF_ERROR(ReadList(filter, key, read));
  if (read) list = *std::move(read);
  return absl::OkStatus();
}

// As ReadList, of ids that begin with `sigil`.
template <typename List>
absl::Status ReadIds(const json::Object& filter, std::string_view key, char sigil, List& list) {
  PLEXUS_RETURN_IF_ERROR(ReadList(filter, key, list));
  AllowList ids(list);
  if (!ids) return absl::OkStatus();
  const bool valid =
      std::all_of(ids->begin(), ids->end(), [&](const std::string& id) { return !id.empty() && id.front() == sigil; });
  return valid ? absl::OkStatus() : errors::InvalidParam(absl::StrCat("'", key, "' has something that is no such id"));
}

absl::Status ReadFlag(const json::Object& filter, std::string_view key, bool& flag) {
  PLEXUS_ASSIGN_OR_RETURN(std::optional<bool> read, json::OptionalBool(filter, key));
  flag = read.value_or(flag);
  return absl::OkStatus();
}

absl::Status Read(const json::Object& filter, EventFilter& out) {
  PLEXUS_ASSIGN_OR_RETURN(out.limit, json::OptionalInt(filter, "limit"));
  if (out.limit && *out.limit <= 0) return errors::InvalidParam("'limit' must be greater than 0");
  PLEXUS_RETURN_IF_ERROR(ReadList(filter, "types", out.types));
  PLEXUS_RETURN_IF_ERROR(ReadList(filter, "not_types", out.not_types));
  PLEXUS_RETURN_IF_ERROR(ReadIds(filter, "senders", '@', out.senders));
  return ReadIds(filter, "not_senders", '@', out.not_senders);
}

absl::Status Read(const json::Object& filter, RoomEventFilter& out) {
  PLEXUS_RETURN_IF_ERROR(Read(filter, static_cast<EventFilter&>(out)));
  PLEXUS_RETURN_IF_ERROR(ReadIds(filter, "rooms", '!', out.rooms));
  PLEXUS_RETURN_IF_ERROR(ReadIds(filter, "not_rooms", '!', out.not_rooms));
  PLEXUS_ASSIGN_OR_RETURN(out.contains_url, json::OptionalBool(filter, "contains_url"));
  PLEXUS_RETURN_IF_ERROR(ReadFlag(filter, "lazy_load_members", out.lazy_load_members));
  PLEXUS_RETURN_IF_ERROR(ReadFlag(filter, "include_redundant_members", out.include_redundant_members));
  return ReadFlag(filter, "unread_thread_notifications", out.unread_thread_notifications);
}

absl::Status Read(const json::Object& filter, RoomFilter& out);

// Reads the filter that is the member `key`, if there is one.
template <typename Part>
absl::Status ReadPart(const json::Object& filter, std::string_view key, Part& out) {
  PLEXUS_ASSIGN_OR_RETURN(const json::Object* part, json::OptionalObject(filter, key));
  return part == nullptr ? absl::OkStatus() : Read(*part, out);
}

absl::Status Read(const json::Object& filter, RoomFilter& out) {
  PLEXUS_RETURN_IF_ERROR(ReadIds(filter, "rooms", '!', out.rooms));
  PLEXUS_RETURN_IF_ERROR(ReadIds(filter, "not_rooms", '!', out.not_rooms));
  PLEXUS_RETURN_IF_ERROR(ReadFlag(filter, "include_leave", out.include_leave));
  PLEXUS_RETURN_IF_ERROR(ReadPart(filter, "state", out.state));
  PLEXUS_RETURN_IF_ERROR(ReadPart(filter, "timeline", out.timeline));
  PLEXUS_RETURN_IF_ERROR(ReadPart(filter, "ephemeral", out.ephemeral));
  return ReadPart(filter, "account_data", out.account_data);
}

absl::Status ReadFormat(const json::Object& filter, bool& federation_format) {
  PLEXUS_ASSIGN_OR_RETURN(std::optional<std::string> format, json::OptionalString(filter, "event_format"));
  if (format && *format != "client" && *format != "federation") {
    return errors::InvalidParam("'event_format' is 'client' or 'federation'");
  }
  federation_format = format == "federation";
  return absl::OkStatus();
}

bool Has(const std::vector<std::string>& list, std::string_view wanted) {
  return std::find(list.begin(), list.end(), wanted) != list.end();
}

bool HasMatch(const std::vector<std::string>& patterns, std::string_view text) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [&](const std::string& pattern) { return MatchesWildcard(pattern, text); });
}

bool Passes(const AllowList& wanted, const std::vector<std::string>& unwanted, std::string_view id) {
  return !Has(unwanted, id) && (!wanted || Has(*wanted, id));
}

}  // namespace

absl::StatusOr<Filter> ParseFilter(const json::Object& object) {
  Filter filter;
  PLEXUS_RETURN_IF_ERROR(ReadList(object, "event_fields", filter.event_fields));
  PLEXUS_RETURN_IF_ERROR(ReadFormat(object, filter.federation_format));
  PLEXUS_RETURN_IF_ERROR(ReadPart(object, "presence", filter.presence));
  PLEXUS_RETURN_IF_ERROR(ReadPart(object, "account_data", filter.account_data));
  PLEXUS_RETURN_IF_ERROR(ReadPart(object, "room", filter.room));
  return filter;
}

absl::StatusOr<RoomEventFilter> ParseRoomEventFilter(const json::Object& object) {
  RoomEventFilter filter;
  PLEXUS_RETURN_IF_ERROR(Read(object, filter));
  return filter;
}

bool Matches(const EventFilter& filter, std::string_view type, std::string_view sender) {
  return Passes(filter.senders, filter.not_senders, sender) && !HasMatch(filter.not_types, type) &&
         (!filter.types || HasMatch(*filter.types, type));
}

bool MatchesRoom(const RoomFilter& filter, std::string_view room_id) {
  return Passes(filter.rooms, filter.not_rooms, room_id);
}

bool MatchesRoom(const RoomEventFilter& filter, std::string_view room_id) {
  return Passes(filter.rooms, filter.not_rooms, room_id);
}

bool Matches(const RoomEventFilter& filter, std::string_view room_id, std::string_view type, std::string_view sender,
             const json::Object& content) {
  const bool url_passes = !filter.contains_url || *filter.contains_url == (json::Find(content, "url") != nullptr);
  return url_passes && MatchesRoom(filter, room_id) && Matches(filter, type, sender);
}

bool Matches(const RoomEventFilter& filter, const Event& event) {
  return Matches(filter, event.room_id(), event.type(), event.sender(), event.content());
}

// The first piece must begin the text and the last one end it; each of those between is best taken as early as it
// occurs, so there is nothing to go back to.
bool MatchesWildcard(std::string_view pattern, std::string_view text) {
  size_t star = pattern.find('*');
  if (star == std::string_view::npos) return pattern == text;
  if (text.substr(0, star) != pattern.substr(0, star)) return false;
  text.remove_prefix(star);
  pattern.remove_prefix(star + 1);
  while ((star = pattern.find('*')) != std::string_view::npos) {
    const size_t at = text.find(pattern.substr(0, star));
    if (at == std::string_view::npos) return false;
    text.remove_prefix(at + star);
    pattern.remove_prefix(star + 1);
  }
  return text.size() >= pattern.size() && text.substr(text.size() - pattern.size()) == pattern;
}

}  // namespace plexus::matrix
