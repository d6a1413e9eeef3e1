#include "common/storage/statement_cache.h"

#include "absl/strings/str_cat.h"

namespace plexus::storage {

std::string StatementCache::Key(std::string_view schema, std::string_view sql) {
  return absl::StrCat(schema, std::string_view("\0", 1), sql);
}

StatementCache::Lookup StatementCache::Find(std::string_view schema, std::string_view sql) {
  std::string key = Key(schema, sql);
  if (auto found = by_key_.find(key); found != by_key_.end()) {
    entries_.splice(entries_.begin(), entries_, found->second);
    return {.name = found->second->name};
  }
  Lookup lookup{.name = absl::StrCat("s", ++next_), .is_new = true};
  if (entries_.size() >= capacity_) {
    lookup.evicted = entries_.back().name;
    by_key_.erase(entries_.back().key);
    entries_.pop_back();
  }
  entries_.push_front({std::move(key), lookup.name});
  by_key_.emplace(entries_.front().key, entries_.begin());
  return lookup;
}

void StatementCache::Forget(std::string_view schema, std::string_view sql) {
  auto found = by_key_.find(Key(schema, sql));
  if (found == by_key_.end()) return;
  auto entry = found->second;
  by_key_.erase(found);
  entries_.erase(entry);
}

void StatementCache::Clear() {
  by_key_.clear();
  entries_.clear();
}

}  // namespace plexus::storage
