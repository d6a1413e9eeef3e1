#include "common/platform/host/platform_handlers.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "common/base/status_macros.h"
#include "common/platform/host/list_shards.h"
#include "common/platform/routing/directory_proto.h"
#include "plexus/platform/v1/platform_service.rpc.h"

namespace plexus::platform {
namespace {

constexpr absl::Duration kLongestDirectoryWait = absl::Seconds(30);

using v1::DirectoryService;
using v1::TenantService;

v1::TenantStatus ToProto(const TenantStatus& status) {
  v1::TenantStatus out;
  out.set_server_name(status.server_name);
  out.set_state(std::string(TenantStateName(status.state)));
  out.set_error(std::string(status.error.message()));
  return out;
}

Task<absl::Status> Evaluate(std::function<absl::Status()> work) { co_return work(); }

// Runs `work` where it may block.
Task<absl::Status> RunOn(Executor executor, std::function<absl::Status()> work) {
  auto task = Evaluate(std::move(work));
  co_return co_await boost::asio::co_spawn(executor, std::move(task), boost::asio::use_awaitable);
}

Task<absl::StatusOr<v1::GetDirectoryResponse>> GetDirectory(SnapshotDirectory& directory, Observers& observers,
                                                            v1::GetDirectoryRequest request) {
  observers.Note(request.observer());
  const absl::Duration wait =
      std::clamp(absl::Milliseconds(request.wait_ms()), absl::ZeroDuration(), kLongestDirectoryWait);
  co_await directory.AwaitNews(request.known_version(), wait);
  const int64_t version = directory.version();
  v1::GetDirectoryResponse response = ToProto(*directory.Current(), directory.Tenants());
  response.set_version(version);
  for (v1::Process& observer : observers.Recent()) *response.add_observers() = std::move(observer);
  co_return response;
}

Task<absl::StatusOr<v1::AddTenantResponse>> AddTenant(std::shared_ptr<TenantOperations> operations,
                                                      v1::AddTenantRequest request) {
  PLEXUS_CO_ASSIGN_OR_RETURN(TenantConfig config, ParseTenantConfig(request.config_yaml(), "config_yaml"));
  const std::string name = config.server_name;
  std::function<absl::Status()> work = [operations, config = std::move(config)] { return operations->add(config); };
  PLEXUS_CO_RETURN_IF_ERROR(co_await RunOn(operations->blocking, std::move(work)));
  v1::AddTenantResponse response;
  for (const TenantStatus& status : operations->list()) {
    if (status.server_name == name) *response.mutable_tenant() = ToProto(status);
  }
  co_return response;
}

Task<absl::StatusOr<v1::RemoveTenantResponse>> RemoveTenant(std::shared_ptr<TenantOperations> operations,
                                                            v1::RemoveTenantRequest request) {
  std::function<absl::Status()> work = [operations, name = request.server_name()] { return operations->remove(name); };
  PLEXUS_CO_RETURN_IF_ERROR(co_await RunOn(operations->blocking, std::move(work)));
  co_return v1::RemoveTenantResponse();
}

Task<absl::StatusOr<v1::ListTenantsResponse>> ListTenants(std::shared_ptr<TenantOperations> operations) {
  v1::ListTenantsResponse response;
  for (const TenantStatus& status : operations->list()) *response.add_tenants() = ToProto(status);
  co_return response;
}

}  // namespace

absl::Status RegisterPlatformHandlers(ProcessParts& parts, TenantOperations operations) {
  rpc::Registry& registry = parts.registry();
  SnapshotDirectory* directory = &parts.directory();
  Observers* observers = &parts.observers();
  auto shared = std::make_shared<TenantOperations>(std::move(operations));
  PLEXUS_RETURN_IF_ERROR(
      registry.Handle(DirectoryService::GetDirectory,
                      [directory, observers](const rpc::Context&, const v1::GetDirectoryRequest& request) {
                        return GetDirectory(*directory, *observers, request);
                      }));
  PLEXUS_RETURN_IF_ERROR(registry.Handle(DirectoryService::ListShards,
                                         [parts = &parts](const rpc::Context&, const v1::ListShardsRequest& request) {
                                           return ListShards(*parts, request);
                                         }));
  PLEXUS_RETURN_IF_ERROR(registry.Handle(
      TenantService::AddTenant,
      [shared](const rpc::Context&, const v1::AddTenantRequest& request) { return AddTenant(shared, request); }));
  PLEXUS_RETURN_IF_ERROR(registry.Handle(
      TenantService::RemoveTenant,
      [shared](const rpc::Context&, const v1::RemoveTenantRequest& request) { return RemoveTenant(shared, request); }));
  return registry.Handle(TenantService::ListTenants,
                         [shared](const rpc::Context&, const v1::ListTenantsRequest&) { return ListTenants(shared); });
}

}  // namespace plexus::platform
