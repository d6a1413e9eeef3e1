// The directory of a process without a database: learnt from any process that has one.
#pragma once

#include <atomic>
#include <string>
#include <vector>

#include "common/platform/routing/snapshot_directory.h"
#include "common/rpc/channel_pool.h"
#include "plexus/platform/v1/platform_service.pb.h"

namespace plexus::platform {

// Asks the seeds, and then the processes that they named, for the directory: with a long poll, so that news arrive when
// they happen. While nobody answers, the last snapshot stays in force.
class RemoteDirectory final : public SnapshotDirectory {
 public:
  // `pool` and `clock` must outlive Run().
  RemoteDirectory(std::string own_process_id, std::vector<std::string> seeds, rpc::ChannelPool& pool,
                  const Clock& clock);

  // Keeps the directory fresh until Stop(). One at a time. `self` is how the others get to know this process, which is
  // in no directory: its id, RPC address and roles.
  Task<void> Run(v1::Process self);
  void Stop() { stopping_ = true; }

 private:
  void FetchSoon() override { wanted_ = true; }
  Task<absl::Status> AskNext();
  Task<absl::Status> AskOne(std::string address, int64_t wait_ms);
  std::vector<std::string> Addresses();

  const std::string own_process_id_;
  v1::Process self_;
  const std::vector<std::string> seeds_;
  rpc::ChannelPool& pool_;
  const Clock& clock_;
  std::atomic<bool> stopping_{false};
  std::atomic<bool> wanted_{false};
  // Whose version `answered_version_` is.
  std::string answered_by_;
  int64_t answered_version_ = 0;
  size_t next_ = 0;
};

}  // namespace plexus::platform
