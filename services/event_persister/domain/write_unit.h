// What is committed as one: all of a unit is stored, or nothing of it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"

namespace plexus::event_persister {

// A device's transaction id.
struct Transaction {
  std::string user_id;
  std::string device_id;
  std::string txn_id;
  bool empty() const { return txn_id.empty(); }
};

// An event that enters its room's timeline. Numbers are dealt out before it is queued, the position with the commit.
struct EventRow {
  int64_t nid = 0;
  int64_t position = 0;
  std::string event_id;
  std::string json;  // canonical
  std::string type;
  std::optional<std::string> state_key;
  std::string sender;
  int64_t depth = 0;
  int64_t origin_server_ts = 0;
  std::vector<int64_t> parents;  // prev_events: leave the forward extremities, which the event joins
  std::vector<int64_t> auth;
  int64_t state_chain = 0;
  int64_t state_seq = 0;
  Transaction transaction;
  // Of state events.
  int64_t key_nid = 0;  // for (type, state_key) if it has no number yet
  int64_t replaces_nid = 0;
  std::string replaces_event_id;
  std::string prev_content_json;
  std::string membership, previous_membership;  // of m.room.member
  // Of redactions that take effect.
  int64_t redacts_nid = 0;
  std::string redacts_event_id;
  std::string redacted_json;  // what is left of the redacted event
};

struct RoomRow {
  std::string version;
  std::string creator;
  bool published = false;
  int64_t created_ts = 0;
  int64_t state_chain = 0;
  std::string creation_id;  // what the creator's request is known by, or empty
};

struct ReceiptRow {
  std::string user_id;
  std::string receipt_type;
  std::string thread_id;
  std::string event_id;
  int64_t event_nid = 0;
  int64_t ts = 0;
  int64_t position = 0;
};

struct ForgetRow {
  std::string user_id;
  int64_t position = 0;
};

struct AliasRow {
  std::string alias;
  std::string creator;
};

// What became of a unit.
enum class Fate {
  kPending,
  kCommitted,
  kDuplicate,  // its transaction id was used before, for the event `stored_event_id`
  kRejected,   // `status` says why; nothing was stored
  kRebuild,    // not tried: an earlier unit of its room was not stored
  kLost,       // the lease had run out before it was tried
  kFenced,     // somebody else has the shard; it may or may not have been stored
};

// Handed to the committer and left alone until it comes back with its fate.
struct WriteUnit {
  int shard = 0;
  std::string room_id;
  std::string room_version;
  int64_t room_nid = 0;
  int64_t lease_id = 0;  // under which it was accepted
  // Grows when a unit of the room fails: units of an older generation that carry events are built on sand.
  int64_t generation = 0;
  int64_t next_nid = 0;  // of the shard, all numbers of this unit being below

  std::vector<EventRow> events;
  std::optional<RoomRow> new_room;
  std::optional<ReceiptRow> receipt;
  std::optional<ForgetRow> forget;
  std::optional<AliasRow> new_alias;
  std::string removed_alias;
  std::optional<bool> published;

  Fate fate = Fate::kPending;
  absl::Status status;
  std::string stored_event_id;

  // Log positions that the unit takes: at least one, so that the head proves that it was committed.
  int64_t positions() const {
    const int64_t entries = static_cast<int64_t>(events.size()) + (receipt ? 1 : 0) + (forget ? 1 : 0);
    return entries == 0 ? 1 : entries;
  }
  size_t bytes() const;
};

using UnitPtr = std::shared_ptr<WriteUnit>;

}  // namespace plexus::event_persister
