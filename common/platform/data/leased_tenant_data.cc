#include "common/platform/data/leased_tenant_data.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/bus/log_batch.h"
#include "common/rpc/status.h"

namespace plexus::platform {
namespace {

constexpr auto kOwnershipPoll = std::chrono::milliseconds(5);
// For calls without a deadline.
constexpr absl::Duration kLongestWait = absl::Seconds(60);

storage::ShardKind ToStorage(ShardKind kind) { return static_cast<storage::ShardKind>(kind); }

}  // namespace

// What the keeper calls. Runs the listener on the shard's own executor.
class LeasedTenantData::Owner final : public ShardOwner {
 public:
  Owner(std::shared_ptr<LeasedTenantData> data, ShardKind kind) : data_(std::move(data)), kind_(kind) {}

  Task<void> OnAcquired(ShardLease lease) override {
    auto executor = data_->ShardExecutor(kind_, lease.shard.id);
    auto work = data_->Acquired(kind_, lease);
    co_await boost::asio::co_spawn(executor, std::move(work), boost::asio::use_awaitable);
  }
  Task<void> OnReleasing(ShardLease lease) override {
    auto executor = data_->ShardExecutor(kind_, lease.shard.id);
    auto work = data_->Releasing(kind_, lease.shard.id);
    co_await boost::asio::co_spawn(executor, std::move(work), boost::asio::use_awaitable);
  }
  void OnLost(ShardLease lease) override { data_->Lost(kind_, lease.shard.id); }

 private:
  const std::shared_ptr<LeasedTenantData> data_;
  const ShardKind kind_;
};

LeasedTenantData::LeasedTenantData(std::string server_name, storage::SchemaName schema, storage::SchemaInfo info,
                                   Shared shared)
    : server_name_(std::move(server_name)), schema_(std::move(schema)), info_(std::move(info)), shared_(shared) {
  absl::MutexLock lock(&mutex_);
  part(ShardKind::kRoom).seats.resize(info_.room_shards);
  part(ShardKind::kUser).seats.resize(info_.user_shards);
}

int LeasedTenantData::shard_count(ShardKind kind) const {
  return kind == ShardKind::kRoom ? info_.room_shards : info_.user_shards;
}

int LeasedTenantData::ShardOf(ShardKind kind, std::string_view key) const {
  return rpc::ShardOf(key, shard_count(kind));
}

Executor LeasedTenantData::ShardExecutor(ShardKind kind, int shard) {
  return shared_.io->ForKey(rpc::StableHash(schema_.name()) + static_cast<uint64_t>(kind) +
                            static_cast<uint64_t>(shard));
}

void LeasedTenantData::SetShardListener(ShardKind kind, ShardListener* listener) {
  absl::MutexLock lock(&mutex_);
  part(kind).listener = listener;
}

Task<absl::Status> LeasedTenantData::EnsureActive(ShardKind kind) {
  std::shared_ptr<Owner> owner;
  {
    absl::MutexLock lock(&mutex_);
    if (closed_) co_return rpc::NotExecuted(absl::UnavailableError(absl::StrCat(server_name_, " is closed here")));
    Part& part = this->part(kind);
    if (part.active || part.activating) co_return absl::OkStatus();
    part.activating = true;
    owner = std::make_shared<Owner>(shared_from_this(), kind);
    part.owner = owner;
  }
  absl::Status status = co_await shared_.leases->Activate(schema_, ToStorage(kind), owner);
  // Whoever closes the tenant meanwhile does not see what has just been taken.
  if (status.ok() && closed_) status = co_await shared_.leases->Deactivate(schema_, ToStorage(kind));
  absl::MutexLock lock(&mutex_);
  part(kind).activating = false;
  part(kind).active = status.ok() && !closed_;
  co_return status;
}

absl::Status LeasedTenantData::CheckElsewhere(ShardKind kind, int shard) const {
  const DirectoryPtr directory = shared_.leases->Snapshot();
  const ShardKey key{schema_.name(), static_cast<int>(kind), shard};
  const ProcessInfo* owner = directory->OwnerOf(key);
  if (owner != nullptr && owner->id != directory->self) {
    return rpc::WrongOwnerStatus({kind, shard, owner->id, owner->address});
  }
  if (owner != nullptr) return absl::OkStatus();
  const ProcessInfo* preferred = PreferredOwner(*directory, key);
  if (preferred == nullptr || preferred->id == directory->self) return absl::OkStatus();
  return rpc::WrongOwnerStatus({kind, shard, preferred->id, preferred->address});
}

absl::Status LeasedTenantData::CheckStaying(ShardKind kind, int shard) const {
  if (!shared_.leases->Leaving()) return absl::OkStatus();
  absl::ReaderMutexLock lock(&mutex_);
  // Until it is let go nobody else can serve it.
  if (part(kind).seats[shard].lease.has_value()) return absl::OkStatus();
  return rpc::NotExecuted(absl::UnavailableError("this process is leaving"));
}

Task<absl::Status> LeasedTenantData::AwaitOwnership(rpc::Context context, ShardKind kind, int shard) {
  last_used_ = shared_.clock->BootNanos();
  if (OwnsNow(kind, shard)) co_return absl::OkStatus();
  auto executor = co_await boost::asio::this_coro::executor;
  boost::asio::steady_timer timer(executor);
  context = context.WithTimeout(*shared_.clock, kLongestWait);
  while (context.Remaining(*shared_.clock) > absl::ZeroDuration() && !context.cancelled()) {
    PLEXUS_CO_RETURN_IF_ERROR(CheckStaying(kind, shard));
    PLEXUS_CO_RETURN_IF_ERROR(co_await EnsureActive(kind));
    if (OwnsNow(kind, shard)) co_return absl::OkStatus();
    PLEXUS_CO_RETURN_IF_ERROR(CheckElsewhere(kind, shard));
    timer.expires_after(kOwnershipPoll);
    co_await timer.async_wait(boost::asio::use_awaitable);
  }
  co_return rpc::NotExecuted(absl::UnavailableError(
      absl::StrCat(rpc::ShardKindName(kind), " shard ", shard, " of ", server_name_, " has no owner yet")));
}

bool LeasedTenantData::OwnsNow(ShardKind kind, int shard) const {
  absl::ReaderMutexLock lock(&mutex_);
  const ShardSeat& seat = part(kind).seats[shard];
  return seat.serving && seat.lease->Valid();
}

void LeasedTenantData::GiveUp(ShardKind kind, const ShardLease& lease) {
  shared_.leases->GiveUp(schema_, ToStorage(kind), lease);
}

Task<void> LeasedTenantData::Acquired(ShardKind kind, ShardLease lease) {
  ShardListener* listener = nullptr;
  const int shard = lease.shard.id;
  {
    absl::MutexLock lock(&mutex_);
    part(kind).seats[shard].lease = lease;
    listener = part(kind).listener;
  }
  if (listener != nullptr) co_await listener->ShardAcquired(std::move(lease));
  absl::MutexLock lock(&mutex_);
  ShardSeat& seat = part(kind).seats[shard];
  seat.serving = listener != nullptr && seat.lease.has_value();
}

Task<void> LeasedTenantData::Releasing(ShardKind kind, int shard) {
  ShardListener* listener = nullptr;
  {
    absl::MutexLock lock(&mutex_);
    part(kind).seats[shard].serving = false;
    listener = part(kind).listener;
  }
  if (listener != nullptr) co_await listener->ShardReleasing(shard);
}

void LeasedTenantData::Lost(ShardKind kind, int shard) {
  {
    absl::MutexLock lock(&mutex_);
    part(kind).seats[shard] = {};
  }
  shared_.beacon->Forget(server_name_, LogKind(kind), shard);
  boost::asio::co_spawn(
      ShardExecutor(kind, shard),
      [self = shared_from_this(), kind, shard]() -> Task<void> { return self->TellLost(kind, shard); },
      boost::asio::detached);
}

Task<void> LeasedTenantData::TellLost(ShardKind kind, int shard) {
  ShardListener* listener = nullptr;
  {
    absl::MutexLock lock(&mutex_);
    listener = part(kind).listener;
  }
  if (listener != nullptr) co_await listener->ShardLost(shard);
}

Task<absl::Status> LeasedTenantData::Close() {
  {
    absl::MutexLock lock(&mutex_);
    closed_ = true;
  }
  co_return co_await Release();
}

Task<absl::Status> LeasedTenantData::Release() {
  absl::Status result;
  for (ShardKind kind : {ShardKind::kRoom, ShardKind::kUser}) {
    {
      absl::MutexLock lock(&mutex_);
      if (!part(kind).active) continue;
      part(kind).active = false;
    }
    absl::Status status = co_await shared_.leases->Deactivate(schema_, ToStorage(kind));
    result.Update(status);
    absl::MutexLock lock(&mutex_);
    part(kind).owner.reset();
  }
  last_used_ = 0;
  shared_.beacon->ForgetTenant(server_name_);
  co_return result;
}

void LeasedTenantData::PublishLog(ShardKind kind, int shard, int64_t first, int64_t last, std::string_view entries) {
  bus::PublishLogBatch(*shared_.bus, server_name_, LogKind(kind), shard, first, last, entries);
  shared_.beacon->Set(server_name_, LogKind(kind), shard, last);
}

std::string LeasedTenantData::TypingChannel(int shard) const { return absl::StrCat(server_name_, ":typing:", shard); }

}  // namespace plexus::platform
