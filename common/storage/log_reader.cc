#include "common/storage/log_reader.h"

#include "common/base/status_macros.h"

namespace plexus::storage {
namespace {

constexpr char kReadHeads[] = "SELECT head FROM shard WHERE kind = $1 ORDER BY id";

}  // namespace

absl::StatusOr<std::vector<int64_t>> ReadHeads(Session& session, ShardKind kind) {
  PLEXUS_ASSIGN_OR_RETURN(pqxx::result rows, session.Query(kReadHeads, static_cast<int>(kind)));
  std::vector<int64_t> heads;
  heads.reserve(rows.size());
  for (const auto& row : rows) heads.push_back(row["head"].as<int64_t>());
  return heads;
}

absl::StatusOr<LogHeads> ReadAllHeads(Session& session) {
  LogHeads heads;
  PLEXUS_ASSIGN_OR_RETURN(heads.room, ReadHeads(session, ShardKind::kRoom));
  PLEXUS_ASSIGN_OR_RETURN(heads.user, ReadHeads(session, ShardKind::kUser));
  return heads;
}

}  // namespace plexus::storage
