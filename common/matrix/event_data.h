// What an Event shares between its copies, and the one place that makes it. Private to common/matrix.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "common/json/canonical.h"
#include "common/json/value.h"
#include "common/matrix/event.h"

namespace plexus::matrix {

// How numbers are written in what is hashed, signed and stored: Room Versions, "Canonical JSON".
inline json::Floats FloatsOf(const RoomVersion& version) {
  return version.strict_json ? json::Floats::kRefuse : json::Floats::kKeep;
}

// The views point into `json`, which never changes once they are taken.
struct Event::Data {
  // Takes over the document's memory.
  explicit Data(json::Object pdu) : json(std::move(pdu)) {}

  const RoomVersion* version = nullptr;
  const json::Object json;
  std::string text;
  std::string event_id;
  std::string room_id;
  std::string_view type;
  std::string_view sender;
  std::optional<std::string_view> state_key;
  std::optional<std::string_view> redacts;
  const json::Object* content = nullptr;
  const json::Object* hashes = nullptr;
  const json::Object* signatures = nullptr;
  const json::Object* unsigned_data = nullptr;
  int64_t depth = 0;
  int64_t origin_server_ts = 0;
  std::vector<std::string_view> prev_events;
  std::vector<std::string_view> auth_events;
};

class EventAssembly {
 public:
  // Checks the format of `pdu` and takes what is asked of it often. `text` is its canonical JSON.
  // Errors: those of Event::Parse.
  static absl::StatusOr<Event> Finish(json::Object pdu, std::string text, std::string event_id,
                                      const RoomVersion& version);

  // The text that is signed and whose hash is the event id: the redacted `pdu`, of which `members` are the pieces,
  // without `signatures` and `unsigned`.
  static absl::StatusOr<std::string> EssentialText(const json::Object& pdu, const class CanonicalMembers& members,
                                                   const RoomVersion& version);

  // The id of `pdu`, whose essential text is given. Errors: 400 M_BAD_JSON if it ought to say its id and does not.
  static absl::StatusOr<std::string> EventId(const json::Object& pdu, std::string_view essential_text,
                                             const RoomVersion& version);
};

}  // namespace plexus::matrix
