// What the handlers of room work with: the process's parts and one tenant's.
#pragma once

#include <string>
#include <type_traits>
#include <utility>

#include "common/base/clock.h"
#include "common/platform/data/tenant_data.h"
#include "common/platform/tenant.h"
#include "common/rpc/channel.h"

namespace plexus::room {

// Of the process; outlives every tenant in it.
struct RoomEnv {
  const Clock* clock = nullptr;
  rpc::Channel* rpc = nullptr;
};

// Thread-safe. Handlers hold it by shared_ptr for as long as they run.
struct RoomTenant {
  RoomEnv env;
  platform::TenantPtr tenant;

  const platform::TenantConfig& config() const { return tenant->config; }
  const std::string& server_name() const { return tenant->server_name(); }
  int64_t now_ms() const { return env.clock->NowMillis(); }

  // Runs `work`, a function of storage::Session& as Database::Run takes it, in the tenant's schema. It may capture by
  // value only. Reading, checking and rendering events is done there too: it takes its time, which I/O threads have
  // not.
  template <typename F>
  Task<std::invoke_result_t<F&, storage::Session&>> Run(F work) const {
    co_return co_await tenant->data->database().Run(tenant->data->schema(), std::move(work));
  }
};

}  // namespace plexus::room
