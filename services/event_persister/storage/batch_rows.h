// The rows of a batch, table by table, with what cancels out or coalesces already merged.
#pragma once

#include <map>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "services/event_persister/domain/write_unit.h"

namespace plexus::event_persister {

struct BatchRows {
  explicit BatchRows(std::span<const UnitPtr> units);

  // Pointers into the units, which outlive this.
  struct EventRef {
    const WriteUnit* unit;
    const EventRow* row;
  };
  struct Membership {
    EventRef event;
    bool forgotten = false;
  };
  using RoomAndText = std::pair<int64_t, std::string>;

  std::vector<EventRef> events;
  std::vector<EventRef> state_events;                                                         // in order
  std::vector<EventRef> redactions;                                                           // that take effect
  std::vector<EventRef> transactions;                                                         // events with one
  std::map<std::pair<int64_t, std::pair<std::string, std::string>>, EventRef> current_state;  // the last of each key
  std::map<RoomAndText, Membership> memberships;                                              // the last of each user
  std::set<std::pair<int64_t, int64_t>> extremities_gone, extremities_new;                    // (room_nid, event_nid)
  std::vector<const WriteUnit*> rooms;
  std::map<std::pair<int64_t, std::vector<std::string>>, const WriteUnit*> receipts;  // the last of each kind
  std::vector<const WriteUnit*> forgets;
  std::vector<const WriteUnit*> forgets_of_stored;  // whose membership row is not in this batch
  std::vector<const WriteUnit*> new_aliases, removed_aliases;
  std::map<int64_t, bool> visibility;

 private:
  void AddEvent(const WriteUnit& unit, const EventRow& row);
  void AddForget(const WriteUnit& unit);
};

}  // namespace plexus::event_persister
