// The role that owns rooms (architecture, sections 3 and 4).
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "common/platform/role.h"
#include "common/platform/tenant_set.h"
#include "services/event_persister/tenant_persister.h"

namespace plexus::event_persister {

class EventPersisterRole final : public platform::Role {
 public:
  EventPersisterRole();
  ~EventPersisterRole() override;

  std::string_view name() const override { return "event_persister"; }
  absl::Status Setup(const platform::Process& process) override;
  Task<absl::Status> Start() override;
  // FailedPrecondition for a tenant without a database or a signing key.
  Task<absl::Status> OpenTenant(platform::TenantPtr tenant) override;
  Task<void> CloseTenant(std::string server_name) override;
  Task<void> Shutdown() override;
  // Whether every commit under way is younger than a lease's time.
  bool Healthy() const override;
  void Measure(platform::Samples& samples) const override;

 private:
  using Tenants = platform::TenantSet<TenantPersister>;
  // Shared with the handlers, which the registry may keep a little longer than the role.
  const std::shared_ptr<Tenants> tenants_;
  std::optional<platform::Process> process_;
  std::shared_ptr<RoomBudget> budget_;
};

}  // namespace plexus::event_persister
