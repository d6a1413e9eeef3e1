// What names a piece of a room's state, and a state: the event that holds each piece.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/hash/hash.h"

namespace plexus::matrix {

struct StateKey {
  std::string type;
  std::string state_key;
  friend bool operator==(const StateKey&, const StateKey&) = default;
  friend auto operator<=>(const StateKey&, const StateKey&) = default;
};

// The same for looking up.
struct StateKeyView {
  std::string_view type;
  std::string_view state_key;
};

struct StateKeyHash {
  using is_transparent = void;
  size_t operator()(const StateKey& key) const { return Of(key.type, key.state_key); }
  size_t operator()(const StateKeyView& key) const { return Of(key.type, key.state_key); }

 private:
  static size_t Of(std::string_view type, std::string_view state_key) {
    return absl::Hash<std::pair<std::string_view, std::string_view>>()({type, state_key});
  }
};

struct StateKeyEqual {
  using is_transparent = void;
  template <typename A, typename B>
  bool operator()(const A& a, const B& b) const {
    return a.type == b.type && a.state_key == b.state_key;
  }
};

template <typename Value>
using ByStateKey = absl::flat_hash_map<StateKey, Value, StateKeyHash, StateKeyEqual>;

// A room's state at some place: event ids.
using StateMap = ByStateKey<std::string>;

}  // namespace plexus::matrix
