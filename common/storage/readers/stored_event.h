// A row of `event` with its body.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace plexus::storage {

// A point in the history of a room's state: after entry `seq` of the chain. (0, 0) is the empty state.
struct StatePoint {
  int64_t chain = 0;
  int64_t seq = 0;
  friend auto operator<=>(const StatePoint&, const StatePoint&) = default;
};

// What goes into `unsigned` for a client; filled by AddUnsigned alone.
struct StoredUnsigned {
  std::string transaction_id;  // of the viewer's device; empty: none
  std::string redaction_id;    // the redaction in force; empty: none
  std::string redaction_json;  // its PDU
  std::string replaced_id;     // of state events: what it replaced in the current state; empty: nothing
  std::string replaced_sender;
  std::string replaced_json;  // its PDU
};

struct StoredEvent {
  int64_t nid = 0;
  int64_t room_nid = 0;
  std::string room_id;
  std::string room_version;
  std::string event_id;
  int64_t position = 0;  // in the log of the room's shard; 0: never entered it
  int64_t depth = 0;
  int64_t origin_server_ts = 0;
  std::string type;
  std::optional<std::string> state_key;
  std::string sender;
  int64_t state_chain = 0;
  int64_t state_seq = 0;
  bool outlier = false;
  bool soft_failed = false;
  std::optional<std::string> rejected;  // why
  int64_t redacted_by = 0;              // nid of the redaction in force, or 0
  int64_t redacts_nid = 0;              // of redactions that took effect: nid of the redacted event, or 0
  int64_t replaces_nid = 0;             // of state events: nid of the event that it replaced, or 0
  std::string json;                     // the PDU as canonical JSON, redacted if redacted_by
  StoredUnsigned extra;

  int shard() const { return static_cast<int>(nid & 255); }
  bool is_state() const { return state_key.has_value(); }
  // The room's state around the event.
  StatePoint after() const { return {state_chain, state_seq}; }
  StatePoint before() const { return {state_chain, is_state() && !rejected ? state_seq - 1 : state_seq}; }
};

}  // namespace plexus::storage
