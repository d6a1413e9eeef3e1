#include "common/storage/readers/member_history.h"

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/storage/readers/event_columns.h"

namespace plexus::storage {
namespace {

// By the primary key of state_delta, for each (of few) chains of the room.
const std::string kHistory = absl::StrCat("SELECT ", kEventColumns, R"sql(
  FROM state_key k JOIN state_chain c ON c.room_nid = $1
  JOIN state_delta d ON d.chain_nid = c.chain_nid AND d.key_nid = k.key_nid
  JOIN event e ON e.event_nid = d.event_nid )sql",
                                          kEventJoins, R"sql(
  WHERE k.shard = ($1::bigint & 255) AND k.type = 'm.room.member' AND k.state_key = $2
  ORDER BY e.event_nid DESC LIMIT $3)sql");

}  // namespace

absl::StatusOr<std::vector<StoredEvent>> MemberHistory(Source source, int64_t room_nid, const std::string& user_id,
                                                       int64_t limit) {
  PLEXUS_ASSIGN_OR_RETURN(pqxx::result rows, source.Query(kHistory, room_nid, user_id, limit));
  return ReadEvents(rows);
}

}  // namespace plexus::storage
