// The router's directory in a process with a database: what its LeaseKeeper sees.
#pragma once

#include <memory>

#include "common/platform/leases/lease_keeper.h"
#include "common/platform/routing/snapshot_directory.h"

namespace plexus::platform {

class KeeperDirectory final : public SnapshotDirectory {
 public:
  // Follows `leases` until destroyed or Unfollow(); `leases` outlives that.
  void Follow(LeaseKeeper& leases) {
    leases_ = &leases;
    Apply(leases.Snapshot());
    following_ = leases.OnDirectoryChange([this](DirectoryPtr directory) { Apply(std::move(directory)); });
  }
  void Unfollow() {
    following_.reset();
    leases_ = nullptr;
  }

 private:
  void FetchSoon() override {
    if (LeaseKeeper* leases = leases_) leases->Nudge();
  }
  std::atomic<LeaseKeeper*> leases_ = nullptr;
  std::shared_ptr<void> following_;
};

}  // namespace plexus::platform
