// Which shard a room or a user belongs to.
#pragma once

#include <cstdint>
#include <string_view>

namespace plexus::rpc {

// What is sharded. The numbers are on the wire and in the database.
enum class ShardKind { kRoom = 1, kUser = 2 };

// "room" or "user".
std::string_view ShardKindName(ShardKind kind);

// A hash that is the same on every machine, in every release: 64-bit FNV-1a, then the finaliser of MurmurHash3,
// so that ids which differ in their last letters only spread over all bits.
uint64_t StableHash(std::string_view key);

// The shard in [0, shard_count) of the room or user id `key`. Never changes while shard_count (> 0) does not.
int ShardOf(std::string_view key, int shard_count);

}  // namespace plexus::rpc
