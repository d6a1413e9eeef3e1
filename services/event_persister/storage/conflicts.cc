#include "services/event_persister/storage/conflicts.h"

#include "absl/container/flat_hash_map.h"
#include "common/base/matrix_error.h"
#include "common/base/status_macros.h"
#include "services/event_persister/storage/columns.h"

namespace plexus::event_persister {
namespace {

// The place ($1, counted from 0) of each transaction that exists, and its event.
constexpr std::string_view kFindTransactions = R"sql(
SELECT w.place, e.event_id
FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[])
  AS w(place, room_nid, user_id, device_id, type, txn_id)
JOIN client_transaction t ON t.room_nid = w.room_nid AND t.user_id = w.user_id AND t.device_id = w.device_id
  AND t.type = w.type AND t.txn_id = w.txn_id
JOIN event e ON e.event_nid = t.event_nid
)sql";

constexpr std::string_view kFindCreations = R"sql(
SELECT w.place FROM unnest($1::bigint[], $2::text[], $3::text[]) AS w(place, creator, creation_id)
JOIN room r ON r.creator = w.creator AND r.creation_id = w.creation_id AND r.creation_id <> ''
)sql";

constexpr std::string_view kFindAliases = R"sql(
SELECT w.place FROM unnest($1::bigint[], $2::text[]) AS w(place, alias) JOIN room_alias a ON a.alias = w.alias
)sql";

absl::Status FindTransactions(storage::Session& session, std::span<const UnitPtr> units,
                              std::vector<Conflict>& conflicts) {
  Bigints places, rooms;
  Texts users, devices, types, ids;
  for (size_t i = 0; i < units.size(); ++i) {
    for (const EventRow& event : units[i]->events) {
      if (event.transaction.empty()) continue;
      places.Add(static_cast<int64_t>(i));
      rooms.Add(units[i]->room_nid);
      users.Add(event.transaction.user_id);
      devices.Add(event.transaction.device_id);
      types.Add(event.type);
      ids.Add(event.transaction.txn_id);
    }
  }
  if (places.values.empty()) return absl::OkStatus();
  PLEXUS_ASSIGN_OR_RETURN(pqxx::result rows,
                          session.QueryParameters(kFindTransactions, {places.Take(), rooms.Take(), users.Take(),
                                                                      devices.Take(), types.Take(), ids.Take()}));
  for (const pqxx::row& row : rows) {
    conflicts.push_back({units[row[0].as<size_t>()], Fate::kDuplicate, row[1].as<std::string>(), absl::OkStatus()});
  }
  return absl::OkStatus();
}

absl::Status FindCreations(storage::Session& session, std::span<const UnitPtr> units,
                           std::vector<Conflict>& conflicts) {
  Bigints places;
  Texts creators, ids;
  for (size_t i = 0; i < units.size(); ++i) {
    if (!units[i]->new_room || units[i]->new_room->creation_id.empty()) continue;
    places.Add(static_cast<int64_t>(i));
    creators.Add(units[i]->new_room->creator);
    ids.Add(units[i]->new_room->creation_id);
  }
  if (places.values.empty()) return absl::OkStatus();
  PLEXUS_ASSIGN_OR_RETURN(pqxx::result rows,
                          session.QueryParameters(kFindCreations, {places.Take(), creators.Take(), ids.Take()}));
  for (const pqxx::row& row : rows) {
    conflicts.push_back({units[row[0].as<size_t>()], Fate::kRejected, "",
                         errors::RoomInUse("This request has made another room already.")});
  }
  return absl::OkStatus();
}

absl::Status FindAliases(storage::Session& session, std::span<const UnitPtr> units, std::vector<Conflict>& conflicts) {
  Bigints places;
  Texts aliases;
  for (size_t i = 0; i < units.size(); ++i) {
    if (!units[i]->new_alias) continue;
    places.Add(static_cast<int64_t>(i));
    aliases.Add(units[i]->new_alias->alias);
  }
  if (places.values.empty()) return absl::OkStatus();
  PLEXUS_ASSIGN_OR_RETURN(pqxx::result rows, session.QueryParameters(kFindAliases, {places.Take(), aliases.Take()}));
  for (const pqxx::row& row : rows) {
    const UnitPtr& unit = units[row[0].as<size_t>()];
    absl::Status status = unit->new_room ? errors::RoomInUse("The room alias is already taken.")
                                         : errors::Unknown(409, "The room alias already exists.");
    conflicts.push_back({unit, Fate::kRejected, "", std::move(status)});
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<Conflict>> FindConflicts(storage::Session& session, std::span<const UnitPtr> units) {
  std::vector<Conflict> conflicts;
  PLEXUS_RETURN_IF_ERROR(FindTransactions(session, units, conflicts));
  PLEXUS_RETURN_IF_ERROR(FindCreations(session, units, conflicts));
  PLEXUS_RETURN_IF_ERROR(FindAliases(session, units, conflicts));
  return conflicts;
}

}  // namespace plexus::event_persister
