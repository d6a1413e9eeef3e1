// A PDU: an event of a room as servers exchange it and as it is stored.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "common/json/value.h"
#include "common/matrix/room_version.h"

namespace plexus::matrix {

// Client-Server API, "Size limits": the canonical JSON of a PDU, signatures included, and its keys.
inline constexpr size_t kMaxPduBytes = 65'536;
inline constexpr size_t kMaxPduKeyBytes = 255;
// Room Versions, "Event format".
inline constexpr size_t kMaxPrevEvents = 20;
inline constexpr size_t kMaxAuthEvents = 10;

// Immutable, cheap to copy, thread-safe. Every view and reference lives as long as some copy of the event. An Event
// that was moved from may only be assigned to or destroyed.
//
// Being an Event says that the format is right and the event id computed, not that hashes, signatures or authorisation
// have been checked: see event_hash.h and event_auth.h.
class Event {
 public:
  // Reads a PDU that came from elsewhere and finds out its event id. Where the id is a hash, an `event_id` that the PDU
  // has nevertheless is kept as a member without meaning.
  // Errors: 400 M_NOT_JSON; 400 M_BAD_JSON if a member is missing or of the wrong type, or a number is not canonical;
  // 413 M_TOO_LARGE if the PDU or one of its keys is longer than allowed.
  // A `pdu` of room versions 1 to 5, which may have floats, should have been read with exact_doubles (json/parse.h).
  static absl::StatusOr<Event> Parse(std::string_view text, const RoomVersion& version);
  static absl::StatusOr<Event> Parse(json::Object pdu, const RoomVersion& version);

  // An event from our own storage: `canonical_text` and `event_id` are what json_text() and event_id() once returned
  // and are believed. Errors: Internal if it cannot be read (a damaged row).
  static absl::StatusOr<Event> FromStored(std::string canonical_text, std::string event_id, const RoomVersion& version);

  const RoomVersion& version() const;
  std::string_view event_id() const;
  // Also for a create event of room version 12, which has no such member.
  std::string_view room_id() const;
  std::string_view type() const;
  std::string_view sender() const;
  std::optional<std::string_view> state_key() const;
  bool is_state() const { return state_key().has_value(); }
  // True if this is the state event (type, key).
  bool IsState(std::string_view type, std::string_view key) const;
  const json::Object& content() const;
  int64_t depth() const;
  int64_t origin_server_ts() const;  // milliseconds since 1970, by the sender's clock
  const std::vector<std::string_view>& prev_events() const;
  const std::vector<std::string_view>& auth_events() const;
  // The event that this one redacts, wherever the room version puts it; nothing if this is not a redaction.
  std::optional<std::string_view> redacts() const;
  const json::Object* unsigned_data() const;  // null if absent
  const json::Object& hashes() const;
  const json::Object& signatures() const;

  const json::Object& json() const;
  // Canonical JSON of the whole, signatures and `unsigned` included.
  std::string_view json_text() const;
  // About how much memory the event holds, for byte budgets.
  size_t memory_bytes() const;

  // The event after a redaction was applied to it: same event id, stripped (redaction.h). `unsigned` is gone.
  Event Redacted() const;
  // The same event with `signatures` (server name -> key id -> signature) added. Errors: as Parse.
  absl::StatusOr<Event> WithSignatures(const json::Object& signatures) const;
  // The same event with `unsigned` replaced. Errors: as Parse.
  absl::StatusOr<Event> WithUnsigned(const json::Object& unsigned_data) const;

 private:
  friend class EventAssembly;  // event_data.h: the only maker of the shared part
  struct Data;
  explicit Event(std::shared_ptr<const Data> data);
  std::shared_ptr<const Data> data_;
};

}  // namespace plexus::matrix
