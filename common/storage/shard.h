// Shards as Postgres knows them (architecture, section 3).
#pragma once

#include <compare>
#include <cstdint>

namespace plexus::storage {

// Column shard.kind. Numbers are never reused.
enum class ShardKind : int16_t { kRoom = 1, kUser = 2 };

struct ShardId {
  ShardKind kind = ShardKind::kRoom;
  int id = 0;
  friend auto operator<=>(const ShardId&, const ShardId&) = default;
  template <typename H>
  friend H AbslHashValue(H state, const ShardId& shard) {
    return H::combine(std::move(state), shard.kind, shard.id);
  }
};

}  // namespace plexus::storage
