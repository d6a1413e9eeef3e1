// The account role: users, tokens, devices, profiles, account data, filters, push rules.
#pragma once

#include <memory>
#include <string>

#include "common/bus/cache_invalidation.h"
#include "common/platform/role.h"
#include "common/platform/tenant_set.h"
#include "services/account/account_tenant.h"
#include "services/account/password_pool.h"

namespace plexus::account {

// See platform::Role.
class AccountRole final : public platform::Role {
 public:
  AccountRole();
  ~AccountRole() override;

  std::string_view name() const override { return "account"; }
  absl::Status Setup(const platform::Process& process) override;
  Task<absl::Status> Start() override;
  Task<absl::Status> OpenTenant(platform::TenantPtr tenant) override;
  Task<void> CloseTenant(std::string server_name) override;
  Task<void> Shutdown() override;

 private:
  using Tenants = platform::TenantSet<const AccountTenant>;

  absl::Status RegisterHandlers();

  const std::shared_ptr<Tenants> tenants_;  // handlers share it
  rpc::Registry* registry_ = nullptr;
  AccountEnv env_;
  std::unique_ptr<bus::Invalidator> invalidator_;
  std::unique_ptr<PasswordPool> passwords_;
};

}  // namespace plexus::account
