// Who is alive and who owns what, as one process sees it. Pure data: no storage, so that the gateway may use it.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace plexus::platform {

struct ProcessInfo {
  std::string id;       // unique for each incarnation
  std::string address;  // "host:port" or "unix:/path"; empty for a process that takes no calls
  std::vector<std::string> roles;

  bool Serves(std::string_view role) const;
  friend bool operator==(const ProcessInfo&, const ProcessInfo&) = default;
};

struct ShardKey {
  std::string schema;
  int kind = 0;  // as in the table `shard`: 1 room, 2 user
  int shard = 0;
  friend auto operator<=>(const ShardKey&, const ShardKey&) = default;
};

struct OwnerInfo {
  std::string process_id;  // empty while the shard is free
  int64_t epoch = 0;
  friend bool operator==(const OwnerInfo&, const OwnerInfo&) = default;
};

// Immutable once published.
struct Directory {
  int64_t version = 0;  // grows with every change that this process sees
  std::string self;     // process id of this process
  std::map<std::string, ProcessInfo, std::less<>> processes;
  std::map<ShardKey, OwnerInfo> owners;  // of the tenants that are active or watched here

  // The live owner of a shard, or null.
  const ProcessInfo* OwnerOf(const ShardKey& key) const;
};

using DirectoryPtr = std::shared_ptr<const Directory>;

// The role whose processes own shards of `kind`: 1 event_persister, 2 account; empty for unknown kinds.
std::string_view RoleOfShardKind(int kind);

// The process that should own a shard by rendezvous hashing over the live processes that serve its role; null if there
// is none. All processes with the same view agree; one that joins or leaves moves only the shards that it gains or had.
// Callers try it when a shard has no owner: the call makes it take the shard.
const ProcessInfo* PreferredOwner(const Directory& directory, const ShardKey& key);

}  // namespace plexus::platform
