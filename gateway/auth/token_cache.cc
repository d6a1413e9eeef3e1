#include "gateway/auth/token_cache.h"

#include <openssl/sha.h>

#include "absl/strings/str_cat.h"

namespace plexus::gateway {

TokenKey KeyOf(std::string_view tenant, std::string_view token) {
  // Neither server names nor tokens contain a line feed.
  const std::string text = absl::StrCat(tenant, "\n", token);
  TokenKey key;
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), key.data());
  return key;
}

std::optional<CheckedToken> TokenCache::Find(const TokenKey& key, int64_t now_nanos) {
  absl::MutexLock lock(&mutex_);
  auto it = by_key_.find(key);
  if (it == by_key_.end()) return std::nullopt;
  const Place place = it->second;
  if (now_nanos - place->put_at > ttl_nanos_) {
    Erase(place);
    return std::nullopt;
  }
  entries_.splice(entries_.begin(), entries_, place);
  return place->token;
}

uint64_t TokenCache::Ticket() const {
  absl::MutexLock lock(&mutex_);
  return forgotten_;
}

void TokenCache::Put(const TokenKey& key, std::string_view tenant, CheckedToken token, uint64_t ticket,
                     int64_t now_nanos) {
  absl::MutexLock lock(&mutex_);
  if (ticket != forgotten_ || max_entries_ == 0) return;
  if (auto it = by_key_.find(key); it != by_key_.end()) Erase(it->second);
  const std::pair<std::string, int64_t> id(tenant, token.requester.token_id());
  if (auto it = by_id_.find(id); it != by_id_.end()) Erase(it->second);
  if (entries_.size() >= max_entries_) Erase(std::prev(entries_.end()));
  entries_.push_front({key, id.first, std::move(token), now_nanos});
  by_key_[key] = entries_.begin();
  by_id_[id] = entries_.begin();
}

void TokenCache::Forget(std::string_view tenant, int64_t token_id) {
  absl::MutexLock lock(&mutex_);
  ++forgotten_;
  if (auto it = by_id_.find(std::pair(std::string(tenant), token_id)); it != by_id_.end()) Erase(it->second);
}

void TokenCache::ForgetTenant(std::string_view tenant) {
  absl::MutexLock lock(&mutex_);
  ++forgotten_;
  for (auto it = entries_.begin(); it != entries_.end();) {
    const Place place = it++;
    if (place->tenant == tenant) Erase(place);
  }
}

void TokenCache::Erase(Place place) {
  by_key_.erase(place->key);
  by_id_.erase(std::pair(place->tenant, place->token.requester.token_id()));
  entries_.erase(place);
}

size_t TokenCache::size() const {
  absl::MutexLock lock(&mutex_);
  return entries_.size();
}

}  // namespace plexus::gateway
