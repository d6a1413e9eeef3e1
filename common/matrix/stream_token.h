// Where a client stands: the tokens of /sync and /messages. Opaque to clients, URL-safe, stable across restarts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace plexus::matrix {

// More shards of a kind than any homeserver has.
inline constexpr size_t kMaxTokenShards = 256;

// Everything up to these log positions: `since` and `next_batch` of /sync; /messages takes it too.
struct StreamToken {
  // Names the history that the positions belong to: the low half of the database's timeline.
  uint32_t timeline = 0;
  std::vector<int64_t> room;  // by room shard
  std::vector<int64_t> user;  // by user shard
  int64_t push = 0;           // of the log of unread counts
  // Typing is not stored: a version of what one sync copy knows, and that copy. Another copy tells all it knows.
  uint32_t typing_source = 0;
  int64_t typing = 0;
  friend bool operator==(const StreamToken&, const StreamToken&) = default;
};

// "s1_" and base64url of the numbers as variable-length integers.
std::string EncodeStreamToken(const StreamToken& token);
bool IsStreamToken(std::string_view text);
// Errors: 400 M_INVALID_PARAM.
absl::StatusOr<StreamToken> ParseStreamToken(std::string_view text);

// A place between two events of one room in topological order: just before the event that stands at (depth, nid).
struct TopologicalToken {
  int64_t depth = 0;  // -1: before everything
  int64_t nid = 0;
  friend auto operator<=>(const TopologicalToken&, const TopologicalToken&) = default;
};

// "t1_<depth>_<nid>".
std::string EncodeTopologicalToken(const TopologicalToken& token);
// Errors: 400 M_INVALID_PARAM.
absl::StatusOr<TopologicalToken> ParseTopologicalToken(std::string_view text);

}  // namespace plexus::matrix
