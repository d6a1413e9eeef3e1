// A map that forgets its oldest entries.
#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <utility>

#include "absl/container/flat_hash_map.h"

namespace plexus::event_persister {

// By string, in the order of insertion. Not thread-safe.
template <typename V>
class BoundedMap {
 public:
  explicit BoundedMap(size_t limit) : limit_(limit) {}

  // Null if it is not here (any more).
  V* Find(std::string_view key) {
    auto it = map_.find(key);
    return it == map_.end() ? nullptr : &it->second;
  }
  void Put(const std::string& key, V value) {
    auto [it, inserted] = map_.insert_or_assign(key, std::move(value));
    if (!inserted) return;
    order_.push_back(key);
    while (order_.size() > limit_) {
      map_.erase(order_.front());
      order_.pop_front();
    }
  }
  void Erase(std::string_view key) {
    if (map_.erase(key) == 0) return;
    std::erase(order_, key);
  }
  size_t size() const { return map_.size(); }

 private:
  const size_t limit_;
  absl::flat_hash_map<std::string, V> map_;
  std::deque<std::string> order_;
};

}  // namespace plexus::event_persister
