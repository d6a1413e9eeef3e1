#include "common/storage/readers/room_log.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/json/access.h"
#include "common/json/canonical.h"
#include "common/json/parse.h"
#include "common/storage/array.h"
#include "common/storage/readers/event_columns.h"

namespace plexus::storage {
namespace {

using common::v1::RoomLogBatch;
using common::v1::RoomLogEntry;

constexpr std::string_view kHead = "SELECT head FROM shard WHERE kind = 1 AND id = $1";

// $1 shard, ($2, $3] positions.
const std::string kEvents = absl::StrCat("SELECT ", kEventColumns, R"sql(,
    coalesce(pe.event_id, ''), coalesce(pb.json, '{}'), coalesce(te.event_id, ''),
    coalesce(t.device_id, ''), coalesce(t.txn_id, '')
  FROM event e )sql",
                                         kEventJoins, R"sql(
  LEFT JOIN event pe ON pe.event_nid = e.replaces_nid
  LEFT JOIN event_body pb ON pb.event_nid = e.replaces_nid
  LEFT JOIN event te ON te.event_nid = e.redacts_nid
  LEFT JOIN client_transaction t ON t.event_nid = e.event_nid
  WHERE (e.event_nid & 255) = $1 AND e.position > $2 AND e.position <= $3 AND e.position IS NOT NULL)sql");

constexpr std::string_view kReceipts = R"sql(
SELECT c.position, r.room_id, c.user_id, c.receipt_type, c.thread_id, c.event_id, c.ts
FROM receipt c JOIN room r ON r.room_nid = c.room_nid
WHERE c.shard = $1 AND c.position > $2 AND c.position <= $3
)sql";

constexpr std::string_view kForgets = R"sql(
SELECT f.position, r.room_id, f.user_id FROM room_forget f JOIN room r ON r.room_nid = f.room_nid
WHERE f.shard = $1 AND f.position > $2 AND f.position <= $3
)sql";

constexpr std::string_view kReceiptsOfRooms = R"sql(
SELECT c.room_nid, c.user_id, c.receipt_type, c.thread_id, c.event_id, c.ts, c.position
FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) AS w(room_nid, after, upto)
JOIN receipt c ON c.room_nid = w.room_nid AND c.position > w.after AND c.position <= w.upto
WHERE c.receipt_type <> 'm.read.private' OR c.user_id = $4
)sql";

// Not in SQL: Postgres' JSON functions refuse texts with \u0000.
std::string ContentOf(const std::string& event_json) {
  absl::StatusOr<json::Object> event = json::ParseObject(event_json);
  const json::Object* content = event.ok() ? json::GetObject(*event, "content") : nullptr;
  return content == nullptr ? "{}" : json::Serialize(*content);
}

RoomLogEntry EventEntry(const pqxx::row& row) {
  StoredEvent event = ReadEvent(row);
  RoomLogEntry entry;
  entry.set_position(event.position);
  entry.set_room_id(event.room_id);
  common::v1::EventEntry& out = *entry.mutable_event();
  out.set_event_nid(event.nid);
  out.set_event_id(event.event_id);
  out.set_event_json(std::move(event.json));
  out.set_type(event.type);
  if (event.state_key) out.set_state_key(*event.state_key);
  out.set_sender(event.sender);
  out.set_depth(event.depth);
  out.set_origin_server_ts(event.origin_server_ts);
  out.set_replaces_event_id(Text(row[kEventColumnCount]));
  if (!out.replaces_event_id().empty()) out.set_prev_content_json(ContentOf(Text(row[kEventColumnCount + 1])));
  out.set_redacts_event_id(Text(row[kEventColumnCount + 2]));
  out.set_sender_device_id(Text(row[kEventColumnCount + 3]));
  out.set_transaction_id(Text(row[kEventColumnCount + 4]));
  out.set_soft_failed(event.soft_failed);
  out.set_room_version(event.room_version);
  return entry;
}

RoomLogEntry ReceiptEntry(const pqxx::row& row) {
  RoomLogEntry entry;
  entry.set_position(row[0].as<int64_t>());
  entry.set_room_id(Text(row[1]));
  common::v1::ReceiptEntry& out = *entry.mutable_receipt();
  out.set_user_id(Text(row[2]));
  out.set_receipt_type(Text(row[3]));
  out.set_thread_id(Text(row[4]));
  out.set_event_id(Text(row[5]));
  out.set_ts(row[6].as<int64_t>());
  return entry;
}

RoomLogEntry ForgetEntry(const pqxx::row& row) {
  RoomLogEntry entry;
  entry.set_position(row[0].as<int64_t>());
  entry.set_room_id(Text(row[1]));
  entry.mutable_forget()->set_user_id(Text(row[2]));
  return entry;
}

using ReadEntry = RoomLogEntry (*)(const pqxx::row&);

absl::Status AppendEntries(Source source, std::string_view sql, ReadEntry read, int shard, const RoomLogBatch& range,
                           std::vector<RoomLogEntry>& entries) {
  PLEXUS_ASSIGN_OR_RETURN(pqxx::result rows,
                          source.Query(sql, shard, range.first_position() - 1, range.last_position()));
  for (const pqxx::row& row : rows) entries.push_back(read(row));
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<RoomLogBatch> ReadRoomLog(Source source, int shard, int64_t after, int64_t limit) {
  PLEXUS_ASSIGN_OR_RETURN(pqxx::result heads, source.Query(kHead, shard));
  if (heads.empty()) return absl::NotFoundError(absl::StrCat("no room shard ", shard));
  RoomLogBatch batch;
  batch.set_first_position(after + 1);
  batch.set_last_position(std::max(after, std::min(after + limit, heads[0][0].as<int64_t>())));
  if (batch.last_position() == after) return batch;
  std::vector<RoomLogEntry> entries;
  PLEXUS_RETURN_IF_ERROR(AppendEntries(source, kEvents, EventEntry, shard, batch, entries));
  PLEXUS_RETURN_IF_ERROR(AppendEntries(source, kReceipts, ReceiptEntry, shard, batch, entries));
  PLEXUS_RETURN_IF_ERROR(AppendEntries(source, kForgets, ForgetEntry, shard, batch, entries));
  std::sort(entries.begin(), entries.end(),
            [](const RoomLogEntry& a, const RoomLogEntry& b) { return a.position() < b.position(); });
  for (RoomLogEntry& entry : entries) *batch.add_entries() = std::move(entry);
  return batch;
}

absl::StatusOr<std::vector<StoredReceipt>> ReceiptsIn(Source source, std::span<const ReceiptRange> ranges,
                                                      const std::string& viewer) {
  if (ranges.empty()) return std::vector<StoredReceipt>();
  std::vector<int64_t> rooms, after, upto;
  for (const ReceiptRange& range : ranges) {
    rooms.push_back(range.room_nid);
    after.push_back(range.after);
    upto.push_back(range.upto);
  }
  PLEXUS_ASSIGN_OR_RETURN(pqxx::result rows, source.Query(kReceiptsOfRooms, BigintArray(rooms), BigintArray(after),
                                                          BigintArray(upto), viewer));
  std::vector<StoredReceipt> receipts;
  for (const pqxx::row& row : rows) {
    receipts.push_back({row[0].as<int64_t>(), Text(row[1]), Text(row[2]), Text(row[3]), Text(row[4]),
                        row[5].as<int64_t>(), row[6].as<int64_t>()});
  }
  return receipts;
}

}  // namespace plexus::storage
