// Which statements one connection has prepared.
#pragma once

#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/container/flat_hash_map.h"

namespace plexus::storage {

// Least recently used names, bounded. A statement is prepared once for each schema: Postgres would plan it anew at
// every change of search_path otherwise. Not thread-safe.
class StatementCache {
 public:
  explicit StatementCache(size_t capacity) : capacity_(capacity) {}

  struct Lookup {
    std::string name;
    bool is_new = false;                 // to be prepared
    std::optional<std::string> evicted;  // to be deallocated
  };
  Lookup Find(std::string_view schema, std::string_view sql);
  // The statement could not be prepared after all.
  void Forget(std::string_view schema, std::string_view sql);
  void Clear();
  size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    std::string key;
    std::string name;
  };
  static std::string Key(std::string_view schema, std::string_view sql);

  const size_t capacity_;
  int64_t next_ = 0;
  std::list<Entry> entries_;  // most recently used first
  absl::flat_hash_map<std::string_view, std::list<Entry>::iterator> by_key_;
};

}  // namespace plexus::storage
