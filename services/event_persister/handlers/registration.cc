#include "services/event_persister/handlers/registration.h"

#include "common/base/status_macros.h"
#include "plexus/event_persister/v1/event_persister_service.rpc.h"
#include "services/event_persister/handlers/handlers.h"

namespace plexus::event_persister {
namespace {

using Tenants = platform::TenantSet<TenantPersister>;
using Service = v1::EventPersisterService;

template <typename Req, typename Res>
using HandlerFunction = Answer<Res> (*)(Call, Req);

template <typename Req, typename Res>
Answer<Res> Invoke(std::shared_ptr<Tenants> tenants, HandlerFunction<Req, Res> handler, rpc::Context context,
                   Req request) {
  PLEXUS_CO_ASSIGN_OR_RETURN(std::shared_ptr<TenantPersister> tenant, tenants->Find(context.tenant));
  Call call{std::move(tenant), std::move(context)};
  co_return co_await handler(std::move(call), std::move(request));
}

Executor SelectExecutor(const Tenants& tenants, const rpc::MethodInfo& method, const rpc::Context& context,
                        const rpc::Message& request, const std::function<Executor()>& any) {
  if (method.key_field == nullptr) return any();
  absl::StatusOr<std::shared_ptr<TenantPersister>> tenant = tenants.Find(context.tenant);
  absl::StatusOr<std::string> room_id = rpc::RoutingKey(method, request);
  if (!tenant.ok() || !room_id.ok()) return any();
  return (*tenant)->ExecutorFor(*room_id);
}

struct Registration {
  rpc::Registry& registry;
  std::shared_ptr<Tenants> tenants;
  std::function<Executor()> any;

  template <typename Req, typename Res>
  absl::Status Add(const rpc::Method<Req, Res>& method, HandlerFunction<Req, Res> handler) {
    auto handle = [tenants = tenants, handler](const rpc::Context& context, const Req& request) {
      return Invoke<Req, Res>(tenants, handler, context, request);
    };
    auto select = [tenants = tenants, any = any, &info = rpc::InfoOf(method)](const rpc::Context& context,
                                                                              const rpc::Message& request) {
      return SelectExecutor(*tenants, info, context, request, any);
    };
    return registry.Handle(method, std::move(handle), std::move(select));
  }
};

}  // namespace

absl::Status RegisterHandlers(rpc::Registry& registry, std::shared_ptr<Tenants> tenants,
                              std::function<Executor()> any) {
  Registration registration{registry, std::move(tenants), std::move(any)};
  PLEXUS_RETURN_IF_ERROR(registration.Add(Service::SendEvent, SendEvent));
  PLEXUS_RETURN_IF_ERROR(registration.Add(Service::BuildCreateEvent, BuildCreateEvent));
  PLEXUS_RETURN_IF_ERROR(registration.Add(Service::CreateRoom, CreateRoom));
  PLEXUS_RETURN_IF_ERROR(registration.Add(Service::ForgetRoom, ForgetRoom));
  PLEXUS_RETURN_IF_ERROR(registration.Add(Service::SendReceipt, SendReceipt));
  PLEXUS_RETURN_IF_ERROR(registration.Add(Service::SetTyping, SetTyping));
  PLEXUS_RETURN_IF_ERROR(registration.Add(Service::PutAlias, PutAlias));
  PLEXUS_RETURN_IF_ERROR(registration.Add(Service::DeleteAlias, DeleteAlias));
  return registration.Add(Service::SetRoomVisibility, SetRoomVisibility);
}

}  // namespace plexus::event_persister
