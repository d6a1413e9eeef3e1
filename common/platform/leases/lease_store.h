// The statements behind the leases. Synchronous: to be run on a thread of the pool.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/platform/leases/directory/directory.h"
#include "common/platform/leases/liveness.h"
#include "common/storage/schema_name.h"
#include "common/storage/session.h"
#include "common/storage/shard.h"

namespace plexus::platform {

absl::Status RegisterProcess(storage::Session& session, const ProcessInfo& process);
absl::Status UnregisterProcess(storage::Session& session, const std::string& id);
// Moves the process's beat on. False: the process has been declared dead.
absl::StatusOr<bool> RenewProcess(storage::Session& session, const std::string& id);
// Deletes a process whose beat is still `beat`; false if it is not.
absl::StatusOr<bool> DeclareDead(storage::Session& session, const Beat& beat);

struct ClusterState {
  std::map<ShardKey, OwnerInfo> owners;
  std::map<std::string, ProcessInfo, std::less<>> processes;
  std::vector<Beat> beats;
};
// Owners first, then processes: an owner whose process is missing has been dead for good. A schema that cannot be read
// is left out and spoils nothing for the others.
absl::StatusOr<ClusterState> ReadCluster(storage::Session& session, const std::set<storage::SchemaName>& schemas);

// A shard as it was read: it is taken only if its epoch is still the same.
struct Vacancy {
  int id = 0;
  int64_t epoch = 0;
};
struct TakenShard {
  int id = 0;
  int64_t epoch = 0;
  int64_t lease_id = 0;
  int64_t head = 0;
  int64_t next_nid = 0;
};
// In the schema that the session is set to: takes those that have no owner, a dead one, or `me` itself (a lease that
// was forgotten here), each with the next epoch and a new random lease_id. Nothing if `me` has been declared dead.
absl::StatusOr<std::vector<TakenShard>> TakeShards(storage::Session& session, const std::string& me,
                                                   storage::ShardKind kind, const std::vector<Vacancy>& vacancies);
// Frees a shard if the lease is still in force.
absl::Status ReleaseShard(storage::Session& session, storage::ShardId shard, int64_t lease_id);

}  // namespace plexus::platform
