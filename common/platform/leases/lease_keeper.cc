#include "common/platform/leases/lease_keeper.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "common/platform/leases/keeper_core.h"

namespace plexus::platform {

namespace asio = boost::asio;

LeaseKeeper::LeaseKeeper(storage::Database& database, Executor executor, const Clock& clock, LeaseOptions options)
    : core_(std::make_shared<Core>(database, std::move(executor), clock, std::move(options))) {}

LeaseKeeper::~LeaseKeeper() { core_->Abandon(); }

Task<absl::Status> LeaseKeeper::Start() {
  co_return co_await asio::co_spawn(core_->executor(), Core::Start(core_), asio::use_awaitable);
}

Task<absl::Status> LeaseKeeper::Activate(storage::SchemaName schema, storage::ShardKind kind,
                                         std::shared_ptr<ShardOwner> owner) {
  Core::GroupKey key(std::move(schema), kind);
  Task<absl::Status> task = Core::Activate(core_, std::move(key), std::move(owner));
  co_return co_await asio::co_spawn(core_->executor(), std::move(task), asio::use_awaitable);
}

Task<absl::Status> LeaseKeeper::Deactivate(storage::SchemaName schema, storage::ShardKind kind) {
  Core::GroupKey key(std::move(schema), kind);
  Task<absl::Status> task = Core::Deactivate(core_, std::move(key));
  co_return co_await asio::co_spawn(core_->executor(), std::move(task), asio::use_awaitable);
}

void LeaseKeeper::GiveUp(storage::SchemaName schema, storage::ShardKind kind, ShardLease lease) {
  core_->GiveUp(Core::GroupKey(std::move(schema), kind), std::move(lease));
}

void LeaseKeeper::Watch(storage::SchemaName schema) { core_->Watch(schema, +1); }

void LeaseKeeper::Unwatch(storage::SchemaName schema) { core_->Watch(schema, -1); }

void LeaseKeeper::Nudge() { core_->Nudge(); }

Task<absl::Status> LeaseKeeper::Refresh() {
  co_return co_await asio::co_spawn(core_->executor(), Core::Refresh(core_), asio::use_awaitable);
}

bool LeaseKeeper::LeaseValid() const { return core_->LeaseValid(); }

bool LeaseKeeper::Leaving() const { return core_->Leaving(); }

std::string LeaseKeeper::process_id() const { return core_->process_id(); }

DirectoryPtr LeaseKeeper::Snapshot() const { return core_->Snapshot(); }

std::shared_ptr<void> LeaseKeeper::OnDirectoryChange(std::function<void(DirectoryPtr)> callback) {
  return core_->OnDirectoryChange(std::move(callback));
}

Task<absl::Status> LeaseKeeper::Stop(absl::Duration deadline) {
  co_return co_await asio::co_spawn(core_->executor(), Core::Stop(core_, deadline), asio::use_awaitable);
}

}  // namespace plexus::platform
