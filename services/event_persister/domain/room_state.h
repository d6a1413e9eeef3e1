// A room's state in memory.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "common/matrix/event.h"
#include "common/matrix/membership.h"

namespace plexus::event_persister {

// One state event, parsed when it is first needed: most members of a large room never are. Used by one thread.
class StateEvent {
 public:
  StateEvent(int64_t nid, std::string event_id, std::string json, const matrix::RoomVersion& version)
      : nid_(nid), event_id_(std::move(event_id)), json_(std::move(json)), version_(version) {}

  int64_t nid() const { return nid_; }
  const std::string& event_id() const { return event_id_; }
  const std::string& json() const { return json_; }
  const matrix::RoomVersion& version() const { return version_; }
  // Null if the stored text is damaged, which is logged; authorisation then fails closed.
  const matrix::Event* event() const;
  size_t memory_bytes() const;

 private:
  const int64_t nid_;
  const std::string event_id_;
  const std::string json_;
  const matrix::RoomVersion& version_;
  mutable std::optional<matrix::Event> event_;
  mutable bool damaged_ = false;
};

using StateEventPtr = std::shared_ptr<const StateEvent>;

class RoomState {
 public:
  StateEventPtr Find(std::string_view type, std::string_view state_key) const;
  // The event itself, or null.
  const matrix::Event* Event(std::string_view type, std::string_view state_key) const;
  // Replaces what is there; null removes it. Answers what was there.
  StateEventPtr Put(std::string_view type, std::string_view state_key, StateEventPtr event);

  matrix::Membership MembershipOf(std::string_view user_id) const;
  // Nothing if the user never had to do with the room.
  std::optional<matrix::Membership> FindMembership(std::string_view user_id) const;

  // About how much memory this holds.
  size_t memory_bytes() const { return bytes_; }

 private:
  using ByKey = absl::flat_hash_map<std::string, StateEventPtr>;
  absl::flat_hash_map<std::string, ByKey> types_;
  size_t bytes_ = 0;
};

}  // namespace plexus::event_persister
