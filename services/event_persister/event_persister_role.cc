#include "services/event_persister/event_persister_role.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/platform/config.h"
#include "common/platform/io_threads.h"
#include "common/platform/samples.h"
#include "services/event_persister/handlers/registration.h"

namespace plexus::event_persister {

EventPersisterRole::EventPersisterRole() : tenants_(std::make_shared<Tenants>()) {}
EventPersisterRole::~EventPersisterRole() = default;

absl::Status EventPersisterRole::Setup(const platform::Process& process) {
  process_ = process;
  budget_ = std::make_shared<RoomBudget>(process.config->process.cache_bytes);
  auto any = [io = process.io]() { return io->Any(); };
  return RegisterHandlers(*process.registry, tenants_, std::move(any));
}

Task<absl::Status> EventPersisterRole::Start() { co_return absl::OkStatus(); }

Task<absl::Status> EventPersisterRole::OpenTenant(platform::TenantPtr tenant) {
  const std::string name = tenant->server_name();
  if (tenant->data == nullptr) co_return absl::FailedPreconditionError(absl::StrCat(name, " has no database"));
  if (tenant->signing_key == nullptr)
    co_return absl::FailedPreconditionError(absl::StrCat(name, " has no signing key"));
  auto persister = std::make_shared<TenantPersister>(std::move(tenant), *process_->clock, budget_, process_->metrics);
  persister->Open();
  tenants_->Add(name, std::move(persister));
  co_return absl::OkStatus();
}

Task<void> EventPersisterRole::CloseTenant(std::string server_name) {
  std::shared_ptr<TenantPersister> persister = tenants_->Remove(server_name);
  if (persister != nullptr) co_await persister->Close();
}

Task<void> EventPersisterRole::Shutdown() { co_return; }

bool EventPersisterRole::Healthy() const {
  const absl::Duration longest = absl::Milliseconds(process_->config->process.lease_ttl_ms);
  const auto tenants = tenants_->All();
  return std::all_of(tenants.begin(), tenants.end(),
                     [&](const auto& tenant) { return tenant->committer().BusyFor() < longest; });
}

void EventPersisterRole::Measure(platform::Samples& samples) const {
  samples.Add(platform::metric::kCacheBytes, static_cast<double>(budget_->used.load()), {"rooms"});
}

}  // namespace plexus::event_persister
