// Who is typing where, as far as this copy has heard.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "common/matrix/stream_token.h"
#include "plexus/common/v1/log.pb.h"

namespace plexus::sync {

// Not thread-safe.
class TypingRooms {
 public:
  // Beyond this many rooms the one that changed longest ago is forgotten.
  static constexpr size_t kMaxRooms = 10'000;

  struct Room {
    int64_t epoch = 0;
    int64_t counter = 0;
    int64_t serial = 0;  // of the last change
    std::vector<std::string> user_ids;
  };

  // `source` names this object in tokens.
  explicit TypingRooms(uint32_t source) : source_(source) {}

  // True if the update is news.
  bool Apply(const common::v1::TypingUpdate& update);

  // Visits rooms that changed since the token; all where somebody types if the token is of another copy.
  template <typename F>
  void ForEachSince(const matrix::StreamToken& token, F visit) const {
    const bool ours = token.typing_source == source_;
    for (auto it = by_serial_.upper_bound(ours ? token.typing : 0); it != by_serial_.end(); ++it) {
      const Room& room = rooms_.at(it->second);
      if (ours || !room.user_ids.empty()) visit(it->second, room);
    }
  }
  // Writes where this object stands.
  void Stamp(matrix::StreamToken& token) const {
    token.typing_source = source_;
    token.typing = serial_;
  }

 private:
  const uint32_t source_;
  int64_t serial_ = 0;
  absl::flat_hash_map<std::string, Room> rooms_;
  std::map<int64_t, std::string> by_serial_;
};

}  // namespace plexus::sync
