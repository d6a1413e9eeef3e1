// What the account role has said about access tokens lately.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"
#include "plexus/common/v1/requester.pb.h"

namespace plexus::gateway {

// Who a token belongs to.
struct CheckedToken {
  common::v1::Requester requester;
  int64_t expires_at_ms = 0;  // wall clock; 0 for never
  bool is_locked = false;
};

// SHA-256 over tenant and token: the cache holds no secrets.
using TokenKey = std::array<unsigned char, 32>;
TokenKey KeyOf(std::string_view tenant, std::string_view token);

// Of all tenants, the least recently used forgotten beyond `max_entries` (about 400 bytes each). Says nothing about
// whether an entry may still be trusted but for its age. Thread-safe.
class TokenCache {
 public:
  TokenCache(size_t max_entries, int64_t ttl_nanos) : max_entries_(max_entries), ttl_nanos_(ttl_nanos) {}

  // What was put at most the TTL ago. Times are Clock::BootNanos.
  std::optional<CheckedToken> Find(const TokenKey& key, int64_t now_nanos);

  // To be taken before a token is checked, and given to Put: what was forgotten in between is not put.
  uint64_t Ticket() const;
  void Put(const TokenKey& key, std::string_view tenant, CheckedToken token, uint64_t ticket, int64_t now_nanos);

  void Forget(std::string_view tenant, int64_t token_id);
  void ForgetTenant(std::string_view tenant);

  size_t size() const;

 private:
  struct Entry {
    TokenKey key;
    std::string tenant;
    CheckedToken token;
    int64_t put_at = 0;
  };
  using Place = std::list<Entry>::iterator;

  void Erase(Place place) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const size_t max_entries_;
  const int64_t ttl_nanos_;
  mutable absl::Mutex mutex_;
  uint64_t forgotten_ ABSL_GUARDED_BY(mutex_) = 0;    // counts calls of Forget and ForgetTenant
  std::list<Entry> entries_ ABSL_GUARDED_BY(mutex_);  // the most recently used first
  absl::flat_hash_map<TokenKey, Place> by_key_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<std::pair<std::string, int64_t>, Place> by_id_ ABSL_GUARDED_BY(mutex_);  // tenant, token id
};

}  // namespace plexus::gateway
