// A room event on its way to clients.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "common/matrix/membership.h"
#include "common/storage/readers/stored_event.h"
#include "plexus/common/v1/log.pb.h"

namespace plexus::sync {

// What is the same for every recipient. Immutable once made, shared between answers.
struct SyncEvent {
  int64_t nid = 0;
  int64_t depth = 0;
  int64_t position = 0;
  int64_t origin_server_ts = 0;
  std::string event_id;
  std::string type;
  std::optional<std::string> state_key;
  std::string sender;
  std::string text;              // see ClientText
  std::string pdu;               // as stored
  std::string passed_on;         // of the PDU's `unsigned`: "\"invite_room_state\":[…]", or empty
  std::string replaces_state;    // event id; empty: nothing
  std::string prev_content;      // JSON; empty: none
  std::string redacted_because;  // the redaction for clients, JSON; empty: not redacted
  std::string sender_device;     // that made it with…
  std::string transaction_id;    // …this id; empty: none, or not known

  bool is_state() const { return state_key.has_value(); }
  bool IsMember() const { return state_key && type == "m.room.member"; }
  bool IsMemberOf(std::string_view user_id) const { return IsMember() && *state_key == user_id; }
  // About how much memory it takes.
  size_t bytes() const;
};
using SyncEventPtr = std::shared_ptr<const SyncEvent>;

// One recipient's view.
struct TimelineEvent {
  SyncEventPtr event;
  std::optional<matrix::Membership> membership;  // of the recipient, at the event
};

// `device_id` is the one that AddUnsigned was asked for.
SyncEventPtr FromStored(const storage::StoredEvent& event, const std::string& device_id);
SyncEventPtr FromLog(const common::v1::EventEntry& entry, int64_t position);

// `content.membership` of an m.room.member event, kLeave if it is not understood.
matrix::Membership MembershipIn(std::string_view pdu);

}  // namespace plexus::sync
