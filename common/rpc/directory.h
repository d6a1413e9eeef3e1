// Who is where: the cached copy of shard owners and live processes that callers route by.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/task.h"
#include "common/rpc/shard_of.h"
#include "common/rpc/status.h"

namespace plexus::rpc {

// A process that can be called.
struct Endpoint {
  std::string process_id;
  std::string address;  // "unix:/path" or "host:port"; not used if local
  bool local = false;   // this very process
};

// Answers from memory at once, and may be out of date: a wrong guess costs one hop. Thread-safe.
class Directory {
 public:
  virtual ~Directory() = default;

  // The owner of the shard; nullopt if none is known (a handover).
  virtual std::optional<Endpoint> Owner(std::string_view tenant, ShardKind kind, int shard) = 0;
  // How many shards of this kind the tenant has; 0 for an unknown tenant.
  virtual int ShardCount(std::string_view tenant, ShardKind kind) = 0;
  // The live processes with this role.
  virtual std::vector<Endpoint> Copies(std::string_view role) = 0;
  // Waits for news of the shard's owner, for a bounded short time (well under a lease's TTL) in which it looks
  // them up itself if none come.
  virtual Task<void> Refresh(std::string tenant, ShardKind kind, int shard) = 0;
  // What a callee said about a shard's owner; to be believed until the next news. `address` may be empty.
  virtual void Learn(std::string_view tenant, const WrongOwner& wrong) = 0;
};

}  // namespace plexus::rpc
