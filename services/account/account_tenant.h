// What the handlers of account work with: the process's parts and one tenant's.
#pragma once

#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include "common/base/clock.h"
#include "common/bus/cache_invalidation.h"
#include "common/platform/data/tenant_data.h"
#include "common/platform/tenant.h"
#include "common/rpc/channel.h"
#include "services/account/password_pool.h"
#include "services/account/shards/user_shards.h"

namespace plexus::account {

class ProfileSpreader;
class ExpirySweeper;

// Of the process; outlives every tenant in it.
struct AccountEnv {
  const Clock* clock = nullptr;
  rpc::Channel* rpc = nullptr;
  bus::Invalidator* invalidator = nullptr;
  PasswordPool* passwords = nullptr;
};

// Thread-safe. Handlers hold it by shared_ptr for as long as they run.
struct AccountTenant {
  AccountEnv env;
  platform::TenantPtr tenant;
  std::shared_ptr<UserShards> shards;
  std::shared_ptr<ProfileSpreader> profile_spreader;
  std::shared_ptr<ExpirySweeper> expiry_sweeper;

  const platform::TenantConfig& config() const { return tenant->config; }
  const std::string& server_name() const { return tenant->server_name(); }
  int64_t now_ms() const { return env.clock->NowMillis(); }
  PasswordCost password_cost() const { return config().cheap_password_hashes ? kCheapCost : kNormalCost; }

  // Runs `work`, a function of storage::Session& as Database::Run takes it, in the tenant's schema.
  template <typename F>
  Task<std::invoke_result_t<F&, storage::Session&>> Run(F work) const {
    co_return co_await tenant->data->database().Run(tenant->data->schema(), std::move(work));
  }
};

}  // namespace plexus::account
