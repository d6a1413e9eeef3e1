#include "gateway/tenant_hosts.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "common/base/matrix_error.h"
#include "common/http/ascii.h"

namespace plexus::gateway {
namespace {

// "https://matrix.example.org:8448/base" -> "matrix.example.org:8448".
std::string_view Authority(std::string_view url) {
  if (const size_t scheme = url.find("://"); scheme != url.npos) url.remove_prefix(scheme + 3);
  return url.substr(0, url.find('/'));
}

// Without ":port"; an IPv6 literal keeps its brackets.
std::string_view WithoutPort(std::string_view authority) {
  const size_t colon = authority.rfind(':');
  const size_t bracket = authority.rfind(']');
  if (colon == authority.npos || (bracket != authority.npos && colon < bracket)) return authority;
  return authority.substr(0, colon);
}

}  // namespace

std::vector<std::string> HostsOf(const platform::TenantConfig& config) {
  std::vector<std::string> hosts;
  for (std::string_view name : {std::string_view(config.server_name), Authority(config.public_base_url),
                                Authority(config.federation_address)}) {
    if (name.empty()) continue;
    for (std::string_view host : {name, WithoutPort(name)}) {
      std::string lowered = http::Lowered(host);
      if (std::find(hosts.begin(), hosts.end(), lowered) == hosts.end()) hosts.push_back(std::move(lowered));
    }
  }
  return hosts;
}

void TenantHosts::Add(TenantStatePtr tenant) {
  absl::MutexLock lock(&mutex_);
  std::erase_if(tenants_, [&](const auto& other) { return other->server_name() == tenant->server_name(); });
  tenants_.push_back(std::move(tenant));
  Index();
}

TenantStatePtr TenantHosts::Remove(std::string_view server_name) {
  absl::MutexLock lock(&mutex_);
  auto it = std::find_if(tenants_.begin(), tenants_.end(),
                         [&](const auto& tenant) { return tenant->server_name() == server_name; });
  if (it == tenants_.end()) return nullptr;
  TenantStatePtr removed = *it;
  tenants_.erase(it);
  Index();
  return removed;
}

void TenantHosts::Index() {
  by_host_.clear();
  for (const TenantStatePtr& tenant : tenants_) {
    for (std::string& host : HostsOf(tenant->tenant->config)) by_host_.try_emplace(std::move(host), tenant);
  }
}

std::vector<TenantStatePtr> TenantHosts::All() const {
  absl::MutexLock lock(&mutex_);
  return tenants_;
}

absl::StatusOr<TenantStatePtr> TenantHosts::Find(const http::Request& request) const {
  absl::ReaderMutexLock lock(&mutex_);
  if (tenants_.size() == 1) return tenants_.front();
  if (tenants_.empty()) return errors::TryAgain("No homeserver is running here");
  if (const auto host = request.headers.Get("Host"); host) {
    if (auto it = by_host_.find(http::Lowered(*host)); it != by_host_.end()) return it->second;
  }
  if (auto it = by_host_.find(request.server_name); it != by_host_.end()) return it->second;
  return errors::NotFound("No homeserver of this name is served here");
}

}  // namespace plexus::gateway
