#include "common/rpc/shard_of.h"

namespace plexus::rpc {

std::string_view ShardKindName(ShardKind kind) { return kind == ShardKind::kRoom ? "room" : "user"; }

uint64_t StableHash(std::string_view key) {
  uint64_t hash = 0xcbf29ce484222325;
  for (unsigned char byte : key) hash = (hash ^ byte) * 0x100000001b3;
  hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccd;
  hash = (hash ^ (hash >> 33)) * 0xc4ceb9fe1a85ec53;
  return hash ^ (hash >> 33);
}

int ShardOf(std::string_view key, int shard_count) {
  return static_cast<int>(StableHash(key) % static_cast<uint64_t>(shard_count));
}

}  // namespace plexus::rpc
