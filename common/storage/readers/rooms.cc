#include "common/storage/readers/rooms.h"

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/storage/array.h"
#include "common/storage/readers/event_columns.h"

namespace plexus::storage {
namespace {

constexpr std::string_view kRoomsById = R"sql(
SELECT room_nid, room_id, shard, version, creator, published, created_ts FROM room WHERE room_id = ANY($1::text[])
)sql";
constexpr std::string_view kRoomsByNid = R"sql(
SELECT room_nid, room_id, shard, version, creator, published, created_ts FROM room WHERE room_nid = ANY($1::bigint[])
)sql";
constexpr std::string_view kFindCreated = R"sql(
SELECT room_id FROM room WHERE creator = $1 AND creation_id = $2 AND creation_id <> ''
)sql";
constexpr std::string_view kFindAlias = R"sql(
SELECT a.alias, a.creator, a.room_nid, r.room_id FROM room_alias a JOIN room r USING (room_nid) WHERE a.alias = $1
)sql";
constexpr std::string_view kAliasesOf = R"sql(
SELECT a.alias, a.creator, a.room_nid, r.room_id FROM room_alias a JOIN room r USING (room_nid)
WHERE a.room_nid = $1 ORDER BY a.alias
)sql";

std::vector<StoredRoom> ReadRooms(const pqxx::result& rows) {
  std::vector<StoredRoom> rooms;
  for (const pqxx::row& row : rows) {
    StoredRoom room;
    room.nid = row[0].as<int64_t>();
    room.room_id = Text(row[1]);
    room.shard = row[2].as<int>();
    room.version = Text(row[3]);
    room.creator = Text(row[4]);
    room.published = row[5].as<bool>();
    room.created_ts = row[6].as<int64_t>();
    rooms.push_back(std::move(room));
  }
  return rooms;
}

StoredAlias ReadAlias(const pqxx::row& row) {
  return StoredAlias{Text(row[0]), Text(row[1]), row[2].as<int64_t>(), Text(row[3])};
}

}  // namespace

absl::StatusOr<std::vector<StoredRoom>> RoomsById(Source source, std::span<const std::string> room_ids) {
  PLEXUS_ASSIGN_OR_RETURN(pqxx::result rows, source.Query(kRoomsById, TextArray(room_ids)));
  return ReadRooms(rows);
}

absl::StatusOr<std::vector<StoredRoom>> RoomsByNid(Source source, std::span<const int64_t> nids) {
  PLEXUS_ASSIGN_OR_RETURN(pqxx::result rows, source.Query(kRoomsByNid, BigintArray(nids)));
  return ReadRooms(rows);
}

absl::StatusOr<std::optional<StoredRoom>> FindRoom(Source source, const std::string& room_id) {
  PLEXUS_ASSIGN_OR_RETURN(std::vector<StoredRoom> rooms, RoomsById(source, std::span(&room_id, 1)));
  if (rooms.empty()) return std::nullopt;
  return std::move(rooms.front());
}

absl::StatusOr<std::optional<std::string>> FindCreatedRoom(Source source, const std::string& creator,
                                                           const std::string& creation_id) {
  PLEXUS_ASSIGN_OR_RETURN(pqxx::result rows, source.Query(kFindCreated, creator, creation_id));
  if (rows.empty()) return std::nullopt;
  return Text(rows[0][0]);
}

absl::StatusOr<std::optional<StoredAlias>> FindAlias(Source source, const std::string& alias) {
  PLEXUS_ASSIGN_OR_RETURN(pqxx::result rows, source.Query(kFindAlias, alias));
  if (rows.empty()) return std::nullopt;
  return ReadAlias(rows[0]);
}

absl::StatusOr<std::vector<StoredAlias>> AliasesOf(Source source, int64_t room_nid) {
  PLEXUS_ASSIGN_OR_RETURN(pqxx::result rows, source.Query(kAliasesOf, room_nid));
  std::vector<StoredAlias> aliases;
  for (const pqxx::row& row : rows) aliases.push_back(ReadAlias(row));
  return aliases;
}

}  // namespace plexus::storage
