#include "services/event_persister/storage/room_loader.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/storage/readers/event_columns.h"
#include "common/storage/readers/rooms.h"

namespace plexus::event_persister {
namespace {

using storage::Text;

constexpr std::string_view kState = R"sql(
SELECT s.type, s.state_key, s.event_nid, e.event_id, b.json
FROM current_state s JOIN event e ON e.event_nid = s.event_nid JOIN event_body b ON b.event_nid = s.event_nid
WHERE s.room_nid = $1
)sql";

constexpr std::string_view kExtremities = R"sql(
SELECT x.event_nid, e.event_id, e.depth, e.state_chain, e.state_seq
FROM forward_extremity x JOIN event e ON e.event_nid = x.event_nid WHERE x.room_nid = $1 ORDER BY x.event_nid
)sql";

// The newest events, with the transactions that made them.
constexpr std::string_view kRecent = R"sql(
SELECT e.event_nid, e.event_id, e.depth, e.type, t.user_id, t.device_id, t.txn_id
FROM (SELECT event_nid, event_id, depth, type, position FROM event
      WHERE room_nid = $1 AND position IS NOT NULL ORDER BY position DESC LIMIT $2) e
LEFT JOIN client_transaction t ON t.event_nid = e.event_nid
ORDER BY e.position
)sql";

constexpr std::string_view kFirst = R"sql(
SELECT event_id FROM event WHERE room_nid = $1 AND position IS NOT NULL ORDER BY position LIMIT $2
)sql";

absl::Status LoadState(storage::Session& session, LoadedRoom& room) {
  PLEXUS_ASSIGN_OR_RETURN(pqxx::result rows, session.Query(kState, room.nid));
  for (const pqxx::row& row : rows) {
    auto event = std::make_shared<const StateEvent>(row[2].as<int64_t>(), Text(row[3]), Text(row[4]), *room.version);
    room.state.Put(Text(row[0]), Text(row[1]), std::move(event));
  }
  return absl::OkStatus();
}

absl::Status LoadExtremities(storage::Session& session, LoadedRoom& room) {
  PLEXUS_ASSIGN_OR_RETURN(pqxx::result rows, session.Query(kExtremities, room.nid));
  for (const pqxx::row& row : rows) {
    room.extremities.push_back({row[0].as<int64_t>(), Text(row[1]), row[2].as<int64_t>()});
    room.state_chain = row[3].as<int64_t>();
    room.state_seq = row[4].as<int64_t>();
  }
  if (room.extremities.empty()) return absl::InternalError("a room without forward extremities");
  return absl::OkStatus();
}

absl::Status LoadRecent(storage::Session& session, LoadedRoom& room) {
  PLEXUS_ASSIGN_OR_RETURN(pqxx::result rows,
                          session.Query(kRecent, room.nid, static_cast<int64_t>(HotRoom::kMaxRecentEvents)));
  for (const pqxx::row& row : rows) {
    room.recent_events.push_back({row[0].as<int64_t>(), Text(row[1]), row[2].as<int64_t>()});
    if (row[6].is_null()) continue;
    room.transactions.push_back({{Text(row[4]), Text(row[5]), Text(row[6])}, Text(row[3]), Text(row[1])});
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::optional<LoadedRoom>> LoadRoom(storage::Session& session, const std::string& room_id) {
  PLEXUS_ASSIGN_OR_RETURN(std::optional<storage::StoredRoom> stored, storage::FindRoom(session, room_id));
  if (!stored) return std::nullopt;
  LoadedRoom room;
  room.nid = stored->nid;
  room.room_id = stored->room_id;
  room.version = matrix::FindRoomVersion(stored->version);
  if (room.version == nullptr) {
    return absl::FailedPreconditionError(absl::StrCat("room version ", stored->version, " is not supported"));
  }
  PLEXUS_RETURN_IF_ERROR(LoadState(session, room));
  PLEXUS_RETURN_IF_ERROR(LoadExtremities(session, room));
  PLEXUS_RETURN_IF_ERROR(LoadRecent(session, room));
  return room;
}

absl::StatusOr<std::vector<std::string>> FirstEvents(storage::Session& session, int64_t room_nid, int64_t limit) {
  PLEXUS_ASSIGN_OR_RETURN(pqxx::result rows, session.Query(kFirst, room_nid, limit));
  std::vector<std::string> ids;
  for (const pqxx::row& row : rows) ids.push_back(Text(row[0]));
  return ids;
}

}  // namespace plexus::event_persister
