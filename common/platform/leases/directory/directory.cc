#include "common/platform/leases/directory/directory.h"

#include <algorithm>

namespace plexus::platform {
namespace {

constexpr uint64_t kFnvOffset = 14695981039346656037u;
constexpr uint64_t kFnvPrime = 1099511628211u;

// The same in every process and release: FNV-1a, then the finalizer of splitmix64 to spread the last bytes.
uint64_t Mix(uint64_t hash, std::string_view bytes) {
  for (unsigned char c : bytes) hash = (hash ^ c) * kFnvPrime;
  return (hash ^ 0xff) * kFnvPrime;
}

uint64_t Weight(const std::string& process_id, const ShardKey& key) {
  uint64_t hash = Mix(kFnvOffset, process_id);
  hash = Mix(hash, key.schema);
  hash = Mix(hash, std::to_string(key.kind));
  hash = Mix(hash, std::to_string(key.shard));
  hash = (hash ^ (hash >> 30)) * 0xbf58476d1ce4e5b9u;
  hash = (hash ^ (hash >> 27)) * 0x94d049bb133111ebu;
  return hash ^ (hash >> 31);
}

}  // namespace

bool ProcessInfo::Serves(std::string_view role) const {
  return std::find(roles.begin(), roles.end(), role) != roles.end();
}

const ProcessInfo* Directory::OwnerOf(const ShardKey& key) const {
  auto owner = owners.find(key);
  if (owner == owners.end()) return nullptr;
  auto process = processes.find(owner->second.process_id);
  return process == processes.end() ? nullptr : &process->second;
}

std::string_view RoleOfShardKind(int kind) {
  if (kind == 1) return "event_persister";
  return kind == 2 ? "account" : "";
}

const ProcessInfo* PreferredOwner(const Directory& directory, const ShardKey& key) {
  std::string_view role = RoleOfShardKind(key.kind);
  const ProcessInfo* best = nullptr;
  uint64_t best_weight = 0;
  for (const auto& [id, process] : directory.processes) {
    if (!process.Serves(role)) continue;
    uint64_t weight = Weight(id, key);
    if (best != nullptr && weight <= best_weight) continue;
    best = &process;
    best_weight = weight;
  }
  return best;
}

}  // namespace plexus::platform
