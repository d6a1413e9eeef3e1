#include "services/account/account_role.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "common/base/matrix_error.h"
#include "common/base/status_macros.h"
#include "common/rpc/registry.h"
#include "plexus/account/v1/account_service.rpc.h"
#include "services/account/handlers/handlers.h"
#include "services/account/jobs/expiry_sweeper.h"
#include "services/account/jobs/profile_spreader.h"

namespace plexus::account {
namespace {

using Tenants = platform::TenantSet<const AccountTenant>;

template <typename Req, typename Res>
using Handler = Task<absl::StatusOr<Res>> (*)(const AccountTenant&, const rpc::Context&, const Req&);

// Half of the cores, so that sign-ins never starve the rest.
int PasswordThreads() { return std::max(1, static_cast<int>(std::thread::hardware_concurrency()) / 2); }

// Text that Postgres cannot hold (NUL) is the client's fault.
absl::Status Explain(absl::Status status) {
  if (!absl::IsInvalidArgument(status) || CarriedMatrixError(status)) return status;
  return errors::InvalidParam("The request holds a character that is not allowed");
}

template <typename Req, typename Res>
Task<absl::StatusOr<Res>> Serve(std::shared_ptr<Tenants> tenants, Handler<Req, Res> handler,
                                const rpc::Context& context, const Req& request) {
  PLEXUS_CO_ASSIGN_OR_RETURN(std::shared_ptr<const AccountTenant> tenant, tenants->Find(context.tenant));
  absl::StatusOr<Res> response = co_await handler(*tenant, context, request);
  if (!response.ok()) co_return Explain(std::move(response).status());
  co_return response;
}

template <typename Req, typename Res>
absl::Status Register(rpc::Method<Req, Res> method, Handler<Req, Res> handler, const std::shared_ptr<Tenants>& tenants,
                      rpc::Registry& registry) {
  return registry.Handle(method, [tenants, handler](const rpc::Context& context, const Req& request) {
    return Serve<Req, Res>(tenants, handler, context, request);
  });
}

}  // namespace

AccountRole::AccountRole() : tenants_(std::make_shared<Tenants>()) {}

AccountRole::~AccountRole() = default;

absl::Status AccountRole::Setup(const platform::Process& process) {
  registry_ = process.registry;
  env_.clock = process.clock;
  env_.rpc = process.rpc;
  invalidator_ = std::make_unique<bus::Invalidator>(*process.bus);
  env_.invalidator = invalidator_.get();
  return RegisterHandlers();
}

Task<absl::Status> AccountRole::Start() {
  passwords_ = std::make_unique<PasswordPool>(PasswordThreads());
  env_.passwords = passwords_.get();
  co_return absl::OkStatus();
}

Task<absl::Status> AccountRole::OpenTenant(platform::TenantPtr tenant) {
  auto opened = std::make_shared<AccountTenant>();
  opened->env = env_;
  opened->shards = std::make_shared<UserShards>(tenant->data);
  opened->profile_spreader =
      std::make_shared<ProfileSpreader>(tenant->server_name(), tenant->data, opened->shards, *env_.rpc, *env_.clock);
  opened->expiry_sweeper = std::make_shared<ExpirySweeper>(tenant->data, opened->shards, *env_.clock);
  opened->tenant = std::move(tenant);
  opened->shards->Open([spreader = opened->profile_spreader, sweeper = opened->expiry_sweeper](int shard) {
    spreader->Wake();
    if (shard == ExpirySweeper::kShard) sweeper->Wake();
  });
  const std::string server_name = opened->server_name();
  tenants_->Add(server_name, std::move(opened));
  co_return absl::OkStatus();
}

Task<void> AccountRole::CloseTenant(std::string server_name) {
  std::shared_ptr<const AccountTenant> tenant = tenants_->Remove(server_name);
  if (tenant == nullptr) co_return;
  co_await tenant->profile_spreader->Stop();
  co_await tenant->expiry_sweeper->Stop();
  tenant->shards->Close();
}

// Passwords that are being hashed take milliseconds.
Task<void> AccountRole::Shutdown() {
  if (passwords_ != nullptr) passwords_->Stop();
  co_return;
}

absl::Status AccountRole::RegisterHandlers() {
  using S = v1::AccountService;
  PLEXUS_RETURN_IF_ERROR(Register(S::CheckToken, CheckToken, tenants_, *registry_));
  PLEXUS_RETURN_IF_ERROR(Register(S::Register, Register, tenants_, *registry_));
  PLEXUS_RETURN_IF_ERROR(Register(S::RegisterAvailable, RegisterAvailable, tenants_, *registry_));
  PLEXUS_RETURN_IF_ERROR(Register(S::RegistrationTokenValidity, RegistrationTokenValidity, tenants_, *registry_));
  PLEXUS_RETURN_IF_ERROR(Register(S::GetSharedSecretNonce, GetSharedSecretNonce, tenants_, *registry_));
  PLEXUS_RETURN_IF_ERROR(Register(S::RegisterWithSharedSecret, RegisterWithSharedSecret, tenants_, *registry_));
  PLEXUS_RETURN_IF_ERROR(Register(S::GetLoginFlows, GetLoginFlows, tenants_, *registry_));
  PLEXUS_RETURN_IF_ERROR(Register(S::Login, Login, tenants_, *registry_));
  PLEXUS_RETURN_IF_ERROR(Register(S::Refresh, Refresh, tenants_, *registry_));
  PLEXUS_RETURN_IF_ERROR(Register(S::Logout, Logout, tenants_, *registry_));
  PLEXUS_RETURN_IF_ERROR(Register(S::LogoutAll, LogoutAll, tenants_, *registry_));
  PLEXUS_RETURN_IF_ERROR(Register(S::WhoAmI, WhoAmI, tenants_, *registry_));
  PLEXUS_RETURN_IF_ERROR(Register(S::ListDevices, ListDevices, tenants_, *registry_));
  PLEXUS_RETURN_IF_ERROR(Register(S::GetDevice, GetDevice, tenants_, *registry_));
  PLEXUS_RETURN_IF_ERROR(Register(S::UpdateDevice, UpdateDevice, tenants_, *registry_));
  PLEXUS_RETURN_IF_ERROR(Register(S::DeleteDevice, DeleteDevice, tenants_, *registry_));
  PLEXUS_RETURN_IF_ERROR(Register(S::DeleteDevices, DeleteDevices, tenants_, *registry_));
  PLEXUS_RETURN_IF_ERROR(Register(S::GetProfile, GetProfile, tenants_, *registry_));
  PLEXUS_RETURN_IF_ERROR(Register(S::SetProfileField, SetProfileField, tenants_, *registry_));
  PLEXUS_RETURN_IF_ERROR(Register(S::DeleteProfileField, DeleteProfileField, tenants_, *registry_));
  PLEXUS_RETURN_IF_ERROR(Register(S::PutFilter, PutFilter, tenants_, *registry_));
  PLEXUS_RETURN_IF_ERROR(Register(S::GetFilter, GetFilter, tenants_, *registry_));
  PLEXUS_RETURN_IF_ERROR(Register(S::GetAccountData, GetAccountData, tenants_, *registry_));
  PLEXUS_RETURN_IF_ERROR(Register(S::SetAccountData, SetAccountData, tenants_, *registry_));
  PLEXUS_RETURN_IF_ERROR(Register(S::GetTags, GetTags, tenants_, *registry_));
  PLEXUS_RETURN_IF_ERROR(Register(S::PutTag, PutTag, tenants_, *registry_));
  PLEXUS_RETURN_IF_ERROR(Register(S::DeleteTag, DeleteTag, tenants_, *registry_));
  PLEXUS_RETURN_IF_ERROR(Register(S::GetPushRules, GetPushRules, tenants_, *registry_));
  PLEXUS_RETURN_IF_ERROR(Register(S::PutPushRule, PutPushRule, tenants_, *registry_));
  PLEXUS_RETURN_IF_ERROR(Register(S::DeletePushRule, DeletePushRule, tenants_, *registry_));
  PLEXUS_RETURN_IF_ERROR(Register(S::GetPushRuleAttribute, GetPushRuleAttribute, tenants_, *registry_));
  PLEXUS_RETURN_IF_ERROR(Register(S::SetPushRuleAttribute, SetPushRuleAttribute, tenants_, *registry_));
  PLEXUS_RETURN_IF_ERROR(Register(S::CreateUser, CreateUser, tenants_, *registry_));
  PLEXUS_RETURN_IF_ERROR(Register(S::ListUsers, ListUsers, tenants_, *registry_));
  PLEXUS_RETURN_IF_ERROR(Register(S::GetUser, GetUser, tenants_, *registry_));
  PLEXUS_RETURN_IF_ERROR(Register(S::CreateLoginToken, CreateLoginToken, tenants_, *registry_));
  PLEXUS_RETURN_IF_ERROR(Register(S::CreateRegistrationToken, CreateRegistrationToken, tenants_, *registry_));
  PLEXUS_RETURN_IF_ERROR(Register(S::CompleteRegistration, CompleteRegistration, tenants_, *registry_));
  PLEXUS_RETURN_IF_ERROR(Register(S::CreateSession, CreateSession, tenants_, *registry_));
  PLEXUS_RETURN_IF_ERROR(Register(S::RefreshSession, RefreshSession, tenants_, *registry_));
  PLEXUS_RETURN_IF_ERROR(Register(S::TouchSession, TouchSession, tenants_, *registry_));
  PLEXUS_RETURN_IF_ERROR(Register(S::GetTurnServer, GetTurnServer, tenants_, *registry_));
  return absl::OkStatus();
}

}  // namespace plexus::account
