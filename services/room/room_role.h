// The role that answers what clients ask about rooms, and carries out the operations on rooms that take several steps
// (architecture, section 1). It owns nothing: any copy answers.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "common/platform/role.h"
#include "common/platform/tenant_set.h"
#include "services/room/room_tenant.h"

namespace plexus::room {

class RoomRole final : public platform::Role {
 public:
  RoomRole();
  ~RoomRole() override;

  std::string_view name() const override { return "room"; }
  absl::Status Setup(const platform::Process& process) override;
  Task<absl::Status> Start() override;
  // FailedPrecondition for a tenant without a database.
  Task<absl::Status> OpenTenant(platform::TenantPtr tenant) override;
  Task<void> CloseTenant(std::string server_name) override;
  Task<void> Shutdown() override;

 private:
  // Shared with the handlers, which the registry may keep a little longer than the role.
  const std::shared_ptr<platform::TenantSet<RoomTenant>> tenants_;
  RoomEnv env_;
};

}  // namespace plexus::room
