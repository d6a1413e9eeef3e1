// Deletes what has expired: UIA sessions (with the registration tokens that they hold) and one-time tokens.
#pragma once

#include <memory>

#include "common/base/clock.h"
#include "common/platform/data/tenant_data.h"
#include "services/account/jobs/periodic_job.h"
#include "services/account/shards/user_shards.h"

namespace plexus::account {

// Works where user shard 0 is owned, so that one process of the tenant does.
class ExpirySweeper final : public PeriodicJob {
 public:
  static constexpr int kShard = 0;
  static constexpr int kRowsAtOnce = 1000;
  static constexpr std::chrono::minutes kInterval{1};

  ExpirySweeper(std::shared_ptr<platform::TenantData> data, std::shared_ptr<UserShards> shards, const Clock& clock);

 private:
  Task<bool> RunOnce() override;

  const std::shared_ptr<platform::TenantData> data_;
  const std::shared_ptr<UserShards> shards_;
  const Clock& clock_;
};

}  // namespace plexus::account
