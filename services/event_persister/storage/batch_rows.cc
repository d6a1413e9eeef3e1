#include "services/event_persister/storage/batch_rows.h"

#include "common/matrix/event_types.h"

namespace plexus::event_persister {

BatchRows::BatchRows(std::span<const UnitPtr> units) {
  for (const UnitPtr& unit : units) {
    if (unit->new_room) rooms.push_back(unit.get());
    for (const EventRow& row : unit->events) AddEvent(*unit, row);
    if (unit->receipt) {
      const ReceiptRow& receipt = *unit->receipt;
      receipts[{unit->room_nid, {receipt.user_id, receipt.receipt_type, receipt.thread_id}}] = unit.get();
    }
    if (unit->forget) AddForget(*unit);
    if (unit->new_alias) new_aliases.push_back(unit.get());
    if (!unit->removed_alias.empty()) removed_aliases.push_back(unit.get());
    if (unit->published) visibility[unit->room_nid] = *unit->published;
  }
}

void BatchRows::AddEvent(const WriteUnit& unit, const EventRow& row) {
  const EventRef ref{&unit, &row};
  events.push_back(ref);
  for (int64_t parent : row.parents) {
    // A parent of the same batch never becomes visible as an extremity.
    if (extremities_new.erase({unit.room_nid, parent}) == 0) extremities_gone.insert({unit.room_nid, parent});
  }
  extremities_new.insert({unit.room_nid, row.nid});
  if (!row.transaction.empty()) transactions.push_back(ref);
  if (row.redacts_nid != 0) redactions.push_back(ref);
  if (!row.state_key) return;
  state_events.push_back(ref);
  current_state[{unit.room_nid, {row.type, *row.state_key}}] = ref;
  if (row.type == matrix::kRoomMember) memberships[{unit.room_nid, *row.state_key}] = Membership{ref};
}

void BatchRows::AddForget(const WriteUnit& unit) {
  forgets.push_back(&unit);
  // One statement changes a row once.
  auto member = memberships.find({unit.room_nid, unit.forget->user_id});
  if (member == memberships.end()) {
    forgets_of_stored.push_back(&unit);
  } else {
    member->second.forgotten = true;
  }
}

}  // namespace plexus::event_persister
