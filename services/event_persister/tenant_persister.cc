#include "services/event_persister/tenant_persister.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "common/base/matrix_error.h"
#include "common/base/status_macros.h"
#include "common/bus/bus.h"
#include "common/platform/metrics.h"
#include "common/rpc/status.h"
#include "services/event_persister/domain/log_entries.h"

namespace plexus::event_persister {
namespace {

using platform::ShardKind;

// Where batches are cut and published.
constexpr int kCommitterShard = 0;

std::shared_ptr<Committer> MakeCommitter(const platform::TenantPtr& tenant, const Clock& clock,
                                         platform::Metrics* metrics) {
  platform::TenantData& data = *tenant->data;
  CommitterOptions options;
  if (metrics != nullptr) {
    options.on_batch = [metrics](size_t units, absl::Duration took) { metrics->BatchCommitted(units, took); };
  }
  auto publish = [tenant](const CommittedRange& range) {
    tenant->data->PublishLog(ShardKind::kRoom, range.shard, range.first, range.last,
                             MakeLogBatch(range).SerializeAsString());
  };
  return std::make_shared<Committer>(data.database(), data.schema(),
                                     data.ShardExecutor(ShardKind::kRoom, kCommitterShard), clock, std::move(publish),
                                     std::move(options));
}

}  // namespace

TenantPersister::TenantPersister(platform::TenantPtr tenant, const Clock& clock, std::shared_ptr<RoomBudget> budget,
                                 platform::Metrics* metrics)
    : tenant_(std::move(tenant)),
      clock_(clock),
      budget_(std::move(budget)),
      committer_(MakeCommitter(tenant_, clock, metrics)),
      seats_(static_cast<size_t>(data().shard_count(ShardKind::kRoom))) {}

void TenantPersister::Open() { data().SetShardListener(ShardKind::kRoom, this); }

Task<void> TenantPersister::Close() {
  const std::shared_ptr<TenantPersister> keep = shared_from_this();
  data().SetShardListener(ShardKind::kRoom, nullptr);
  for (int shard = 0; shard < static_cast<int>(seats_.size()); ++shard) {
    co_await boost::asio::co_spawn(data().ShardExecutor(ShardKind::kRoom, shard), ShardLost(shard),
                                   boost::asio::use_awaitable);
  }
  co_await committer_->Settle();
}

Executor TenantPersister::ExecutorFor(std::string_view room_id) const {
  return data().ShardExecutor(ShardKind::kRoom, data().ShardOf(ShardKind::kRoom, room_id));
}

Task<absl::StatusOr<TenantPersister::Seat>> TenantPersister::Await(rpc::Context context, std::string room_id) {
  const int shard = data().ShardOf(ShardKind::kRoom, room_id);
  PLEXUS_CO_RETURN_IF_ERROR(co_await data().AwaitOwnership(std::move(context), ShardKind::kRoom, shard));
  Seat seat = seats_[static_cast<size_t>(shard)];
  if (seat.rooms == nullptr || !seat.rooms->accepting()) {
    co_return rpc::NotExecuted(errors::TryAgain("The room is moving to another server process."));
  }
  co_return seat;
}

absl::Status TenantPersister::CheckOwned(const RoomShard& shard) const {
  const platform::ShardLease& lease = shard.lease();
  if (lease.Valid() && data().OwnsNow(ShardKind::kRoom, lease.shard.id)) return absl::OkStatus();
  return errors::TryAgain("The room is moving to another server process.");
}

ShardEnvironment TenantPersister::MakeEnvironment() const {
  ShardEnvironment environment;
  environment.author = {tenant_->server_name(), tenant_->signing_key};
  environment.database = &data().database();
  environment.schema = data().schema();
  environment.clock = &clock_;
  environment.committer = committer_;
  environment.budget = budget_;
  environment.give_up = [tenant = tenant_](const platform::ShardLease& lease) {
    tenant->data->GiveUp(ShardKind::kRoom, lease);
  };
  return environment;
}

Task<void> TenantPersister::ShardAcquired(platform::ShardLease lease) {
  const int shard = lease.shard.id;
  const int64_t epoch = lease.epoch;
  Drop(shard);
  const Executor executor = data().ShardExecutor(ShardKind::kRoom, shard);
  auto publish = [tenant = tenant_, channel = data().TypingChannel(shard)](const common::v1::TypingUpdate& update) {
    tenant->data->bus().Publish(channel, update.SerializeAsString());
  };
  Seat& seat = seats_[static_cast<size_t>(shard)];
  seat.rooms = std::make_shared<RoomShard>(MakeEnvironment(), std::move(lease), executor);
  seat.typing = std::make_shared<TypingShard>(epoch, clock_, executor, std::move(publish));
  seat.rooms->Open();
  co_return;
}

Task<void> TenantPersister::ShardReleasing(int shard) {
  const std::shared_ptr<RoomShard> rooms = seats_[static_cast<size_t>(shard)].rooms;
  if (rooms == nullptr) co_return;
  co_await rooms->Drain();
  if (seats_[static_cast<size_t>(shard)].rooms == rooms) Drop(shard);
}

Task<void> TenantPersister::ShardLost(int shard) {
  Drop(shard);
  co_return;
}

void TenantPersister::Drop(int shard) {
  Seat seat = std::exchange(seats_[static_cast<size_t>(shard)], {});
  if (seat.rooms != nullptr) seat.rooms->Lose();
  if (seat.typing != nullptr) seat.typing->Close();
}

}  // namespace plexus::event_persister
