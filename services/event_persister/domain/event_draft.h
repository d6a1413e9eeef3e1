// What somebody wants to happen in a room, from which an event can be built again and again.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "common/json/value.h"
#include "services/event_persister/domain/write_unit.h"

namespace plexus::event_persister {

// A committed event of the room.
struct RedactionTarget {
  int64_t nid = 0;
  std::string event_id;
  std::string sender;
  std::string redacted_json;  // what redacting leaves of it
  std::string type;
  std::optional<std::string> state_key;
};

struct EventDraft {
  std::string type;
  std::optional<std::string> state_key;
  std::string sender;
  json::Object content;
  int64_t origin_server_ts = 0;  // milliseconds
  Transaction transaction;
  std::optional<RedactionTarget> redacts;
};

}  // namespace plexus::event_persister
