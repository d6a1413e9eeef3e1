#include "common/platform/leases/lease_store.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/base/random.h"
#include "common/base/status_macros.h"
#include "common/storage/array.h"

namespace plexus::platform {
namespace {

using storage::BigintArray;
using storage::IntArray;
using storage::Session;

constexpr char kRegister[] = "INSERT INTO plexus.process (id, address, roles) VALUES ($1, $2, $3::text[])";
constexpr char kUnregister[] = "DELETE FROM plexus.process WHERE id = $1";
constexpr char kRenew[] = "UPDATE plexus.process SET beat = beat + 1 WHERE id = $1 RETURNING 1";
constexpr char kDeclareDead[] = "DELETE FROM plexus.process WHERE id = $1 AND beat = $2 RETURNING 1";
constexpr char kReadProcesses[] = "SELECT id, beat, address, array_to_string(roles, ',') AS roles FROM plexus.process";

// The epoch is compared with the one that was read, not only the owner: after waiting for a rival's row lock, the
// sub-selects still see the snapshot from before, in which a rival that has just registered does not exist.
constexpr char kTake[] = R"sql(
UPDATE shard s SET owner = $1, epoch = s.epoch + 1, lease_id = w.lease_id
FROM unnest($3::smallint[], $4::bigint[], $5::bigint[]) AS w(id, epoch, lease_id)
WHERE s.kind = $2 AND s.id = w.id AND s.epoch = w.epoch
  AND (s.owner IS NULL OR s.owner = $1 OR NOT EXISTS (SELECT 1 FROM plexus.process p WHERE p.id = s.owner))
  AND EXISTS (SELECT 1 FROM plexus.process p WHERE p.id = $1)
RETURNING s.id, s.epoch, s.lease_id, s.head, s.next_nid)sql";

// The epoch moves here too, so that nobody takes the shard on the strength of what was read before the release.
constexpr char kRelease[] =
    "UPDATE shard SET owner = NULL, lease_id = 0, epoch = epoch + 1 WHERE kind = $1 AND id = $2 AND lease_id = $3";

// Schemas read by one statement.
constexpr size_t kSchemasPerRead = 64;

std::string ReadOwnersOf(const storage::SchemaName& schema) {
  return absl::StrCat("SELECT '", schema.name(), "' AS schema, kind, id, owner, epoch FROM ", schema.quoted(),
                      ".shard");
}

absl::Status ReadOwners(Session& session, const std::vector<storage::SchemaName>& schemas, ClusterState& state) {
  std::string sql = absl::StrJoin(schemas, " UNION ALL ", [](std::string* out, const storage::SchemaName& schema) {
    out->append(ReadOwnersOf(schema));
  });
  PLEXUS_ASSIGN_OR_RETURN(pqxx::result rows, session.Execute(sql));
  for (const auto& row : rows) {
    ShardKey key{row["schema"].as<std::string>(), row["kind"].as<int>(), row["id"].as<int>()};
    state.owners[key] = {row["owner"].as<std::string>(""), row["epoch"].as<int64_t>()};
  }
  return absl::OkStatus();
}

absl::Status ReadOwnersOrSkip(Session& session, const std::vector<storage::SchemaName>& schemas, ClusterState& state) {
  absl::Status status = ReadOwners(session, schemas, state);
  if (status.ok() || absl::IsUnavailable(status)) return status;
  for (const storage::SchemaName& schema : schemas) {
    absl::Status one = ReadOwners(session, {schema}, state);
    if (absl::IsUnavailable(one)) return one;
  }
  return absl::OkStatus();
}

absl::Status ReadProcesses(Session& session, ClusterState& state) {
  PLEXUS_ASSIGN_OR_RETURN(pqxx::result rows, session.Query(kReadProcesses));
  for (const auto& row : rows) {
    ProcessInfo process{.id = row["id"].as<std::string>(), .address = row["address"].as<std::string>()};
    process.roles = absl::StrSplit(row["roles"].as<std::string>(), ',', absl::SkipEmpty());
    state.beats.push_back({process.id, row["beat"].as<int64_t>()});
    state.processes.emplace(process.id, process);
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status RegisterProcess(Session& session, const ProcessInfo& process) {
  return session.Query(kRegister, process.id, process.address, storage::TextArray(process.roles)).status();
}

absl::Status UnregisterProcess(Session& session, const std::string& id) {
  return session.Query(kUnregister, id).status();
}

absl::StatusOr<bool> RenewProcess(Session& session, const std::string& id) {
  PLEXUS_ASSIGN_OR_RETURN(pqxx::result rows, session.Query(kRenew, id));
  return !rows.empty();
}

absl::StatusOr<bool> DeclareDead(Session& session, const Beat& beat) {
  PLEXUS_ASSIGN_OR_RETURN(pqxx::result rows, session.Query(kDeclareDead, beat.process_id, beat.beat));
  return !rows.empty();
}

absl::StatusOr<ClusterState> ReadCluster(Session& session, const std::set<storage::SchemaName>& schemas) {
  ClusterState state;
  std::vector<storage::SchemaName> chunk;
  for (const storage::SchemaName& schema : schemas) {
    chunk.push_back(schema);
    if (chunk.size() < kSchemasPerRead) continue;
    PLEXUS_RETURN_IF_ERROR(ReadOwnersOrSkip(session, chunk, state));
    chunk.clear();
  }
  if (!chunk.empty()) PLEXUS_RETURN_IF_ERROR(ReadOwnersOrSkip(session, chunk, state));
  PLEXUS_RETURN_IF_ERROR(ReadProcesses(session, state));
  return state;
}

absl::StatusOr<std::vector<TakenShard>> TakeShards(Session& session, const std::string& me, storage::ShardKind kind,
                                                   const std::vector<Vacancy>& vacancies) {
  std::vector<int32_t> ids;
  std::vector<int64_t> epochs, lease_ids;
  for (const Vacancy& vacancy : vacancies) {
    ids.push_back(vacancy.id);
    epochs.push_back(vacancy.epoch);
    lease_ids.push_back(RandomId());
  }
  PLEXUS_ASSIGN_OR_RETURN(pqxx::result rows, session.Query(kTake, me, static_cast<int>(kind), IntArray(ids),
                                                           BigintArray(epochs), BigintArray(lease_ids)));
  std::vector<TakenShard> taken;
  for (const auto& row : rows) {
    taken.push_back({.id = row["id"].as<int>(),
                     .epoch = row["epoch"].as<int64_t>(),
                     .lease_id = row["lease_id"].as<int64_t>(),
                     .head = row["head"].as<int64_t>(),
                     .next_nid = row["next_nid"].as<int64_t>()});
  }
  return taken;
}

absl::Status ReleaseShard(Session& session, storage::ShardId shard, int64_t lease_id) {
  return session.Query(kRelease, static_cast<int>(shard.kind), shard.id, lease_id).status();
}

}  // namespace plexus::platform
