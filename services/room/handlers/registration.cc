#include "services/room/handlers/registration.h"

#include "common/base/status_macros.h"
#include "plexus/room/v1/room_service.rpc.h"
#include "services/room/handlers/handlers.h"

namespace plexus::room {
namespace {

using Tenants = platform::TenantSet<RoomTenant>;
using Service = v1::RoomService;

template <typename Req, typename Res>
using HandlerFunction = Task<absl::StatusOr<Res>> (*)(const RoomTenant&, const rpc::Context&, const Req&);

// Context and request outlive the call; the tenant is held here.
template <typename Req, typename Res>
Task<absl::StatusOr<Res>> Invoke(std::shared_ptr<Tenants> tenants, HandlerFunction<Req, Res> handler,
                                 const rpc::Context& context, const Req& request) {
  PLEXUS_CO_ASSIGN_OR_RETURN(std::shared_ptr<RoomTenant> tenant, tenants->Find(context.tenant));
  co_return co_await handler(*tenant, context, request);
}

struct Registration {
  rpc::Registry& registry;
  std::shared_ptr<Tenants> tenants;
  absl::Status status;

  template <typename Req, typename Res>
  Registration& Add(const rpc::Method<Req, Res>& method, HandlerFunction<Req, Res> handler) {
    auto handle = [tenants = tenants, handler](const rpc::Context& context, const Req& request) {
      return Invoke<Req, Res>(tenants, handler, context, request);
    };
    status.Update(registry.Handle(method, std::move(handle)));
    return *this;
  }
};

void AddOperations(Registration& registration) {
  registration.Add(Service::CreateRoom, CreateRoom)
      .Add(Service::JoinRoom, JoinRoom)
      .Add(Service::KnockRoom, KnockRoom)
      .Add(Service::LeaveRoom, LeaveRoom)
      .Add(Service::InviteUser, InviteUser)
      .Add(Service::KickUser, KickUser)
      .Add(Service::BanUser, BanUser)
      .Add(Service::UnbanUser, UnbanUser)
      .Add(Service::ForgetRoom, ForgetRoom)
      .Add(Service::SetRoomState, SetRoomState)
      .Add(Service::SetAlias, SetAlias)
      .Add(Service::DeleteAlias, DeleteAlias)
      .Add(Service::SetRoomVisibility, SetRoomVisibility)
      .Add(Service::PostReceipt, PostReceipt)
      .Add(Service::SetReadMarkers, SetReadMarkers);
}

void AddQuestions(Registration& registration) {
  registration.Add(Service::JoinedRooms, JoinedRooms)
      .Add(Service::GetRoomState, GetRoomState)
      .Add(Service::GetRoomStateEvent, GetRoomStateEvent)
      .Add(Service::GetMembers, GetMembers)
      .Add(Service::GetJoinedMembers, GetJoinedMembers)
      .Add(Service::GetEvent, GetEvent)
      .Add(Service::GetContext, GetContext)
      .Add(Service::GetMessages, GetMessages)
      .Add(Service::GetAlias, GetAlias)
      .Add(Service::ListAliases, ListAliases)
      .Add(Service::GetRoomVisibility, GetRoomVisibility);
}

}  // namespace

absl::Status RegisterHandlers(rpc::Registry& registry, std::shared_ptr<Tenants> tenants) {
  Registration registration{registry, std::move(tenants), absl::OkStatus()};
  AddOperations(registration);
  AddQuestions(registration);
  return registration.status;
}

}  // namespace plexus::room
