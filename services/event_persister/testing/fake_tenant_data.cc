#include "services/event_persister/testing/fake_tenant_data.h"

#include <limits>

#include "absl/strings/str_cat.h"
#include "common/base/random.h"
#include "common/rpc/status.h"

namespace plexus::event_persister::testing {
namespace {

constexpr std::string_view kTake = R"sql(
UPDATE shard SET lease_id = $2, epoch = epoch + 1, owner = 'test' WHERE kind = 1 AND id = $1
RETURNING epoch, head, next_nid
)sql";

}  // namespace

FakeTenantData::FakeTenantData(storage::Database& database, storage::SchemaName schema, int room_shards,
                               Executor executor)
    : database_(database),
      schema_(std::move(schema)),
      executor_(executor),
      bus_(bus::BusConfig{}, executor),
      term_(std::make_shared<platform::LeaseTerm>(RealClock())),
      owned_(static_cast<size_t>(room_shards)) {
  term_->RenewUntil(std::numeric_limits<int64_t>::max());
}

FakeTenantData::~FakeTenantData() = default;

Task<void> FakeTenantData::Take(int shard) {
  const int64_t lease_id = RandomId();
  auto take = [shard, lease_id](storage::Session& session) { return session.Query(kTake, shard, lease_id); };
  absl::StatusOr<pqxx::result> row = co_await database_.Run(schema_, std::move(take));
  const pqxx::row taken = row.value()[0];
  platform::ShardLease lease{schema_,
                             {storage::ShardKind::kRoom, shard},
                             taken[0].as<int64_t>(),
                             lease_id,
                             taken[1].as<int64_t>(),
                             taken[2].as<int64_t>(),
                             term_};
  owned_[static_cast<size_t>(shard)] = true;
  co_await listener_->ShardAcquired(std::move(lease));
}

Task<void> FakeTenantData::TakeAll() {
  for (int shard = 0; shard < static_cast<int>(owned_.size()); ++shard) co_await Take(shard);
}

void FakeTenantData::StealSilently(int shard) {
  auto steal = [shard](storage::Session& session) { return session.Query(kTake, shard, RandomId()).status(); };
  database_.RunBlocking(schema_, steal).IgnoreError();
}

Task<void> FakeTenantData::Release(int shard) {
  co_await listener_->ShardReleasing(shard);
  owned_[static_cast<size_t>(shard)] = false;
}

Task<void> FakeTenantData::Lose(int shard) {
  owned_[static_cast<size_t>(shard)] = false;
  co_await listener_->ShardLost(shard);
}

Task<absl::Status> FakeTenantData::AwaitOwnership(rpc::Context, rpc::ShardKind kind, int shard) {
  if (owned_[static_cast<size_t>(shard)]) co_return absl::OkStatus();
  rpc::WrongOwner wrong;
  wrong.kind = kind;
  wrong.shard = shard;
  co_return rpc::WrongOwnerStatus(wrong);
}

void FakeTenantData::PublishLog(rpc::ShardKind, int shard, int64_t first, int64_t last, std::string_view entries) {
  Published published{shard, first, last, {}};
  published.batch.ParseFromArray(entries.data(), static_cast<int>(entries.size()));
  absl::MutexLock lock(&mutex_);
  published_.push_back(std::move(published));
}

std::vector<FakeTenantData::Published> FakeTenantData::published() const {
  absl::MutexLock lock(&mutex_);
  return published_;
}

void FakeTenantData::GiveUp(rpc::ShardKind, const platform::ShardLease& lease) {
  absl::MutexLock lock(&mutex_);
  given_up_.push_back(lease.shard.id);
}

std::vector<int> FakeTenantData::given_up() const {
  absl::MutexLock lock(&mutex_);
  return given_up_;
}

std::string FakeTenantData::TypingChannel(int shard) const { return absl::StrCat("typing:", shard); }

}  // namespace plexus::event_persister::testing
