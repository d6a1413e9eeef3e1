#include "services/event_persister/domain/log_entries.h"

namespace plexus::event_persister {
namespace {

using common::v1::RoomLogBatch;
using common::v1::RoomLogEntry;

RoomLogEntry& AddEntry(const WriteUnit& unit, int64_t position, RoomLogBatch& batch) {
  RoomLogEntry& entry = *batch.add_entries();
  entry.set_position(position);
  entry.set_room_id(unit.room_id);
  return entry;
}

void AddEvent(const WriteUnit& unit, const EventRow& row, RoomLogBatch& batch) {
  common::v1::EventEntry& event = *AddEntry(unit, row.position, batch).mutable_event();
  event.set_event_nid(row.nid);
  event.set_event_id(row.event_id);
  event.set_event_json(row.json);
  event.set_type(row.type);
  if (row.state_key) event.set_state_key(*row.state_key);
  event.set_sender(row.sender);
  event.set_depth(row.depth);
  event.set_origin_server_ts(row.origin_server_ts);
  event.set_replaces_event_id(row.replaces_event_id);
  event.set_prev_content_json(row.prev_content_json);
  event.set_redacts_event_id(row.redacts_event_id);
  event.set_sender_device_id(row.transaction.device_id);
  event.set_transaction_id(row.transaction.txn_id);
  event.set_room_version(unit.room_version);
}

void AddReceipt(const WriteUnit& unit, RoomLogBatch& batch) {
  common::v1::ReceiptEntry& receipt = *AddEntry(unit, unit.receipt->position, batch).mutable_receipt();
  receipt.set_user_id(unit.receipt->user_id);
  receipt.set_receipt_type(unit.receipt->receipt_type);
  receipt.set_thread_id(unit.receipt->thread_id);
  receipt.set_event_id(unit.receipt->event_id);
  receipt.set_ts(unit.receipt->ts);
}

}  // namespace

RoomLogBatch MakeLogBatch(const CommittedRange& range) {
  RoomLogBatch batch;
  batch.set_first_position(range.first);
  batch.set_last_position(range.last);
  for (const UnitPtr& unit : range.units) {
    for (const EventRow& row : unit->events) AddEvent(*unit, row, batch);
    if (unit->receipt) AddReceipt(*unit, batch);
    if (unit->forget) {
      AddEntry(*unit, unit->forget->position, batch).mutable_forget()->set_user_id(unit->forget->user_id);
    }
  }
  return batch;
}

}  // namespace plexus::event_persister
