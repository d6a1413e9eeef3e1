#include "services/room/room_role.h"

#include "absl/strings/str_cat.h"
#include "services/room/handlers/registration.h"

namespace plexus::room {

RoomRole::RoomRole() : tenants_(std::make_shared<platform::TenantSet<RoomTenant>>()) {}
RoomRole::~RoomRole() = default;

absl::Status RoomRole::Setup(const platform::Process& process) {
  env_ = {process.clock, process.rpc};
  return RegisterHandlers(*process.registry, tenants_);
}

Task<absl::Status> RoomRole::Start() { co_return absl::OkStatus(); }

Task<absl::Status> RoomRole::OpenTenant(platform::TenantPtr tenant) {
  const std::string name = tenant->server_name();
  if (tenant->data == nullptr) co_return absl::FailedPreconditionError(absl::StrCat(name, " has no database"));
  auto opened = std::make_shared<RoomTenant>();
  opened->env = env_;
  opened->tenant = std::move(tenant);
  tenants_->Add(name, std::move(opened));
  co_return absl::OkStatus();
}

Task<void> RoomRole::CloseTenant(std::string server_name) {
  tenants_->Remove(server_name);
  co_return;
}

Task<void> RoomRole::Shutdown() { co_return; }

}  // namespace plexus::room
