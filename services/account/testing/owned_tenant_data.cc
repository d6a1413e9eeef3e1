#include "services/account/testing/owned_tenant_data.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <limits>

#include "absl/strings/str_cat.h"
#include "common/base/random.h"
#include "common/rpc/status.h"

namespace plexus::account::testing {

OwnedTenantData::OwnedTenantData(storage::testing::TestDatabase& database, int user_shards, platform::IoThreads& io,
                                 bus::Bus& bus, const Clock& clock)
    : database_(database), user_shards_(user_shards), io_(io), bus_(bus), clock_(clock) {}

void OwnedTenantData::AcquireAll() {
  auto term = std::make_shared<platform::LeaseTerm>(clock_);
  term->RenewUntil(std::numeric_limits<int64_t>::max());
  const int64_t lease_id = RandomId();
  pqxx::result rows =
      database_.Sql(absl::StrCat("UPDATE shard SET owner = 'test', epoch = epoch + 1, lease_id = ", lease_id,
                                 " WHERE kind = 2 RETURNING id, epoch, head, next_nid"));
  platform::ShardListener* listener = nullptr;
  {
    absl::MutexLock lock(&mutex_);
    listener = listener_;
    for (const pqxx::row& row : rows) heads_[row["id"].as<int>()] = row["head"].as<int64_t>();
  }
  for (const pqxx::row& row : rows) {
    const storage::ShardId shard{storage::ShardKind::kUser, row["id"].as<int>()};
    platform::ShardLease lease{
        schema(), shard, row["epoch"].as<int64_t>(), lease_id, row["head"].as<int64_t>(), row["next_nid"].as<int64_t>(),
        term};
    boost::asio::co_spawn(io_.Any(), listener->ShardAcquired(std::move(lease)), boost::asio::use_future).get();
  }
}

void OwnedTenantData::Release(int shard) {
  platform::ShardListener* listener = nullptr;
  {
    absl::MutexLock lock(&mutex_);
    listener = listener_;
  }
  boost::asio::co_spawn(io_.Any(), listener->ShardReleasing(shard), boost::asio::use_future).get();
  boost::asio::co_spawn(io_.Any(), listener->ShardLost(shard), boost::asio::use_future).get();
}

void OwnedTenantData::SetOwned(bool owned) {
  absl::MutexLock lock(&mutex_);
  owned_ = owned;
}

std::vector<common::v1::UserLogEntry> OwnedTenantData::Published() const {
  absl::MutexLock lock(&mutex_);
  return published_;
}

bool OwnedTenantData::PublishedGapless() const {
  absl::MutexLock lock(&mutex_);
  return gapless_;
}

int OwnedTenantData::ShardOf(platform::ShardKind, std::string_view key) const {
  return rpc::ShardOf(key, user_shards_);
}

Executor OwnedTenantData::ShardExecutor(platform::ShardKind, int shard) { return io_.ForKey(shard); }

void OwnedTenantData::SetShardListener(platform::ShardKind, platform::ShardListener* listener) {
  absl::MutexLock lock(&mutex_);
  listener_ = listener;
}

Task<absl::Status> OwnedTenantData::AwaitOwnership(rpc::Context, platform::ShardKind kind, int shard) {
  if (OwnsNow(kind, shard)) co_return absl::OkStatus();
  rpc::WrongOwner other{kind, shard, "other", ""};
  co_return rpc::WrongOwnerStatus(other);
}

bool OwnedTenantData::OwnsNow(platform::ShardKind, int) const {
  absl::MutexLock lock(&mutex_);
  return owned_;
}

void OwnedTenantData::PublishLog(platform::ShardKind, int shard, int64_t first, int64_t last,
                                 std::string_view entries) {
  common::v1::UserLogBatch batch;
  const bool parsed = batch.ParseFromArray(entries.data(), static_cast<int>(entries.size()));
  absl::MutexLock lock(&mutex_);
  gapless_ = gapless_ && parsed && first == heads_[shard] + 1 && batch.last_position() == last;
  heads_[shard] = last;
  published_.insert(published_.end(), batch.entries().begin(), batch.entries().end());
}

}  // namespace plexus::account::testing
