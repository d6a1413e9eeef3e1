// Which events a client wants. Client-Server API, "Filtering".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "common/json/value.h"
#include "common/matrix/event.h"

namespace plexus::matrix {

// The longest list that a filter may have.
inline constexpr size_t kMaxFilterEntries = 1000;

// A list that is absent allows everything; one that is empty allows nothing.
using AllowList = std::optional<std::vector<std::string>>;

struct EventFilter {
  std::optional<int64_t> limit;  // greater than 0; the caller sets a default and a maximum
  AllowList types;               // '*' stands for any characters
  std::vector<std::string> not_types;
  AllowList senders;
  std::vector<std::string> not_senders;
};

struct RoomEventFilter : EventFilter {
  AllowList rooms;
  std::vector<std::string> not_rooms;
  std::optional<bool> contains_url;
  bool lazy_load_members = false;
  bool include_redundant_members = false;
  bool unread_thread_notifications = false;
};

struct RoomFilter {
  AllowList rooms;
  std::vector<std::string> not_rooms;
  bool include_leave = false;
  RoomEventFilter state;
  RoomEventFilter timeline;
  RoomEventFilter ephemeral;
  RoomEventFilter account_data;
};

struct Filter {
  AllowList event_fields;  // dot-separated paths
  bool federation_format = false;
  EventFilter presence;
  EventFilter account_data;
  RoomFilter room;
};

// Read what a client sent; members that are not understood are ignored.
// Errors: 400 M_BAD_JSON for a wrong type, 400 M_INVALID_PARAM for a value that is not allowed.
absl::StatusOr<Filter> ParseFilter(const json::Object& filter);
absl::StatusOr<RoomEventFilter> ParseRoomEventFilter(const json::Object& filter);

// Whether an event of that type and sender passes.
bool Matches(const EventFilter& filter, std::string_view type, std::string_view sender);
// Whether events of the room pass at all.
bool MatchesRoom(const RoomFilter& filter, std::string_view room_id);
bool MatchesRoom(const RoomEventFilter& filter, std::string_view room_id);
// Whether an event passes in every respect but `limit`.
bool Matches(const RoomEventFilter& filter, std::string_view room_id, std::string_view type, std::string_view sender,
             const json::Object& content);
bool Matches(const RoomEventFilter& filter, const Event& event);

// `pattern` against the whole of `text`, '*' standing for any characters. Time: at most the product of the lengths of
// `text` and of the pattern's longest piece between two '*', whatever the number of '*'.
bool MatchesWildcard(std::string_view pattern, std::string_view text);

// The parts of `event` that `event_fields` names; all of it if the list is absent.
// Appendices, "Dot-separated property paths".
json::Object SelectFields(const json::Object& event, const AllowList& event_fields);

}  // namespace plexus::matrix
