#include <optional>

#include "absl/strings/str_cat.h"
#include "common/base/matrix_error.h"
#include "common/base/status_macros.h"
#include "common/json/canonical.h"
#include "common/json/parse.h"
#include "common/rpc/call.h"
#include "common/storage/readers/rooms.h"
#include "plexus/event_persister/v1/event_persister_service.rpc.h"
#include "services/room/domain/create_room_body.h"
#include "services/room/domain/create_room_events.h"
#include "services/room/handlers/checks.h"
#include "services/room/handlers/handlers.h"
#include "services/room/handlers/profile.h"

namespace plexus::room {
namespace {

using Persister = event_persister::v1::EventPersisterService;

absl::StatusOr<CreateRoomBody> ParseBody(const RoomTenant& tenant, const v1::CreateRoomRequest& request) {
  PLEXUS_ASSIGN_OR_RETURN(json::Object body, json::ParseObjectOrEmpty(request.body_json()));
  const std::string& configured = tenant.config().default_room_version;
  CreateRoomDefaults defaults;
  defaults.room_version = configured.empty() ? matrix::kDefaultRoomVersion : std::string_view(configured);
  defaults.server_name = tenant.server_name();
  defaults.creator = request.requester().user_id();
  return ParseCreateRoom(body, defaults);
}

absl::Status InUse(const std::string& alias) {
  return errors::RoomInUse(absl::StrCat("Room alias ", alias, " is taken."));
}

// Before anything is made of the room; whoever takes the alias meanwhile is found by event_persister.
Task<absl::Status> CheckAlias(const RoomTenant& tenant, std::string alias) {
  if (alias.empty()) co_return absl::OkStatus();
  auto find = [alias](storage::Session& session) { return storage::FindAlias(session, alias); };
  PLEXUS_CO_ASSIGN_OR_RETURN(std::optional<storage::StoredAlias> taken, co_await tenant.Run(std::move(find)));
  if (taken) co_return InUse(alias);
  co_return absl::OkStatus();
}

Task<absl::StatusOr<Profiles>> ReadProfiles(const RoomTenant& tenant, rpc::Context context, std::string creator,
                                            std::vector<std::string> invitees) {
  invitees.push_back(std::move(creator));
  Profiles profiles;
  for (const std::string& user_id : invitees) {
    PLEXUS_CO_ASSIGN_OR_RETURN(MemberProfile profile, co_await ReadProfile(tenant, context, user_id));
    profiles.emplace(user_id, std::move(profile));
  }
  co_return profiles;
}

event_persister::v1::CreateRoomRequest RoomOf(const CreateRoomBody& body, const common::v1::Requester& requester,
                                              event_persister::v1::BuildCreateEventResponse created,
                                              const Profiles& profiles) {
  event_persister::v1::CreateRoomRequest room;
  room.set_room_id(created.room_id());
  *room.mutable_requester() = requester;
  room.set_room_version(std::string(body.version->id));
  room.set_create_event_json(std::move(*created.mutable_create_event_json()));
  for (const StateEventWish& wish : EventsOfNewRoom(body, requester.user_id(), profiles)) {
    event_persister::v1::NewEvent* event = room.add_events();
    event->set_type(wish.type);
    event->set_state_key(wish.state_key);
    event->set_content_json(json::Serialize(wish.content));
  }
  room.set_alias(body.alias);
  room.set_published(body.published);
  return room;
}

// The room that an earlier attempt of this request has made: its answer was lost, and a router tries again.
Task<absl::StatusOr<std::string>> FindEarlier(const RoomTenant& tenant, std::string creator, std::string creation_id) {
  if (creation_id.empty()) co_return "";
  auto find = [creator = std::move(creator), creation_id = std::move(creation_id)](storage::Session& session) {
    return storage::FindCreatedRoom(session, creator, creation_id);
  };
  PLEXUS_CO_ASSIGN_OR_RETURN(std::optional<std::string> room_id, co_await tenant.Run(std::move(find)));
  co_return room_id.value_or("");
}

// What the rules refuse is the fault of what was asked for: nobody else has a say in the room yet.
absl::Status Explain(const absl::Status& status, const std::string& alias) {
  std::optional<MatrixError> error = CarriedMatrixError(status);
  if (!error) return status;
  if (error->http_status == 409) return InUse(alias);
  if (error->errcode == "M_FORBIDDEN") return errors::InvalidRoomState(error->message);
  return status;
}

// Answers the room's id.
Task<absl::StatusOr<std::string>> Create(const RoomTenant& tenant, rpc::Context context, CreateRoomBody body,
                                         common::v1::Requester requester) {
  PLEXUS_CO_RETURN_IF_ERROR(co_await CheckAlias(tenant, body.alias));
  PLEXUS_CO_ASSIGN_OR_RETURN(Profiles profiles,
                             co_await ReadProfiles(tenant, context, requester.user_id(), body.invite));
  event_persister::v1::BuildCreateEventRequest build;
  *build.mutable_requester() = requester;
  build.set_room_version(std::string(body.version->id));
  PLEXUS_CO_ASSIGN_OR_RETURN(json::Object content, CreateContent(body, requester.user_id()));
  build.set_content_json(json::Serialize(content));
  PLEXUS_CO_ASSIGN_OR_RETURN(
      event_persister::v1::BuildCreateEventResponse created,
      co_await rpc::Call(*tenant.env.rpc, context, Persister::BuildCreateEvent, std::move(build)));
  event_persister::v1::CreateRoomRequest room = RoomOf(body, requester, std::move(created), profiles);
  room.set_creation_id(context.request_id);
  auto stored = co_await rpc::Call(*tenant.env.rpc, context, Persister::CreateRoom, std::move(room));
  if (!stored.ok()) co_return Explain(stored.status(), body.alias);
  co_return stored->room_id();
}

v1::CreateRoomResponse Answer(const std::string& room_id) {
  const json::Object answer{{"room_id", room_id}};
  return WithBody<v1::CreateRoomResponse>(json::Serialize(answer));
}

}  // namespace

PLEXUS_ROOM_HANDLER(CreateRoom) {
  PLEXUS_CO_RETURN_IF_ERROR(RequireNotSuspended(request.requester()));
  if (request.requester().is_guest()) co_return errors::GuestAccessForbidden("Guests may not create rooms.");
  PLEXUS_CO_ASSIGN_OR_RETURN(CreateRoomBody body, ParseBody(tenant, request));
  absl::StatusOr<std::string> room_id = co_await Create(tenant, context, std::move(body), request.requester());
  if (room_id.ok()) co_return Answer(*room_id);
  // Perhaps because an earlier attempt has made the room, and has taken its alias.
  const std::string& creator = request.requester().user_id();
  PLEXUS_CO_ASSIGN_OR_RETURN(std::string earlier, co_await FindEarlier(tenant, creator, context.request_id));
  if (!earlier.empty()) co_return Answer(earlier);
  co_return room_id.status();
}

}  // namespace plexus::room
