#include "common/platform/routing/snapshot_directory.h"

#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>

namespace plexus::platform {
namespace {

constexpr auto kNewsPoll = std::chrono::milliseconds(5);

rpc::Endpoint ToEndpoint(const ProcessInfo& process, const platform::Directory& directory) {
  return {process.id, process.address, process.id == directory.self};
}

}  // namespace

template <typename F>
void SnapshotDirectory::Change(F change) {
  absl::MutexLock lock(&mutex_);
  auto next = std::make_shared<Known>(*known_);
  change(*next);
  ++next->version;
  known_ = std::move(next);
}

std::shared_ptr<const SnapshotDirectory::Known> SnapshotDirectory::known() const {
  absl::MutexLock lock(&mutex_);
  return known_;
}

void SnapshotDirectory::Apply(DirectoryPtr directory) {
  Change([&](Known& known) {
    known.directory = std::move(directory);
    known.learned.clear();
  });
}

void SnapshotDirectory::ApplyTenants(TenantShardsByName tenants) {
  Change([&](Known& known) { known.tenants = std::move(tenants); });
}

DirectoryPtr SnapshotDirectory::Current() const { return known()->directory; }
TenantShardsByName SnapshotDirectory::Tenants() const { return known()->tenants; }
int64_t SnapshotDirectory::version() const { return known()->version; }

std::optional<rpc::Endpoint> SnapshotDirectory::Owner(std::string_view tenant, rpc::ShardKind kind, int shard) {
  const auto known = this->known();
  auto shards = known->tenants.find(tenant);
  if (shards == known->tenants.end()) return std::nullopt;
  const ShardKey key{shards->second.schema, static_cast<int>(kind), shard};
  const platform::Directory& directory = *known->directory;
  auto learned = known->learned.find(key);
  if (learned != known->learned.end() && !learned->second.process_id.empty()) return learned->second;
  if (learned == known->learned.end()) {
    if (const ProcessInfo* owner = directory.OwnerOf(key)) return ToEndpoint(*owner, directory);
  }
  // Nobody owns it: an idle tenant, or a handover. The process that should have it takes it when it is called.
  if (const ProcessInfo* preferred = PreferredOwner(directory, key)) return ToEndpoint(*preferred, directory);
  return std::nullopt;
}

int SnapshotDirectory::ShardCount(std::string_view tenant, rpc::ShardKind kind) {
  const auto known = this->known();
  auto it = known->tenants.find(tenant);
  if (it == known->tenants.end()) return 0;
  return kind == rpc::ShardKind::kRoom ? it->second.room_shards : it->second.user_shards;
}

std::vector<rpc::Endpoint> SnapshotDirectory::Copies(std::string_view role) {
  const auto known = this->known();
  std::vector<rpc::Endpoint> copies;
  for (const auto& [id, process] : known->directory->processes) {
    if (process.Serves(role)) copies.push_back(ToEndpoint(process, *known->directory));
  }
  return copies;
}

Task<void> SnapshotDirectory::AwaitNews(int64_t known, absl::Duration wait) {
  auto executor = co_await boost::asio::this_coro::executor;
  boost::asio::steady_timer timer(executor);
  const auto until = std::chrono::steady_clock::now() + absl::ToChronoNanoseconds(wait);
  while (version() == known && std::chrono::steady_clock::now() < until) {
    timer.expires_after(kNewsPoll);
    co_await timer.async_wait(boost::asio::use_awaitable);
  }
}

Task<void> SnapshotDirectory::Refresh(std::string tenant, rpc::ShardKind kind, int shard) {
  const int64_t before = version();
  FetchSoon();
  co_await AwaitNews(before, kNewsWait);
}

void SnapshotDirectory::Learn(std::string_view tenant, const rpc::WrongOwner& wrong) {
  Change([&](Known& known) {
    auto shards = known.tenants.find(tenant);
    if (shards == known.tenants.end()) return;
    const ShardKey key{shards->second.schema, static_cast<int>(wrong.kind), wrong.shard};
    auto process = known.directory->processes.find(wrong.owner);
    if (process != known.directory->processes.end()) {
      known.learned[key] = ToEndpoint(process->second, *known.directory);
    } else {
      known.learned[key] = {wrong.owner, wrong.address, false};
    }
  });
}

}  // namespace plexus::platform
