#include "absl/strings/str_cat.h"
#include "common/base/matrix_error.h"
#include "common/base/status_macros.h"
#include "common/json/access.h"
#include "common/json/canonical.h"
#include "common/json/parse.h"
#include "common/matrix/event_types.h"
#include "services/room/domain/canonical_alias.h"
#include "services/room/handlers/checks.h"
#include "services/room/handlers/handlers.h"
#include "services/room/handlers/send_state.h"
#include "services/room/storage/find_room.h"
#include "services/room/storage/join_check.h"

namespace plexus::room {
namespace {

// Aliases that are new to the event exist and point to the room; the others may be gone by now.
absl::Status CheckCanonicalAlias(storage::Source source, const std::string& room_id, const json::Object& content) {
  PLEXUS_ASSIGN_OR_RETURN(storage::StoredRoom room, RequireRoom(source, room_id));
  PLEXUS_ASSIGN_OR_RETURN(std::optional<matrix::Event> now,
                          CurrentEvent(source, room.nid, std::string(matrix::kRoomCanonicalAlias), ""));
  PLEXUS_ASSIGN_OR_RETURN(std::vector<std::string> added, AddedAliases(content, now ? &now->content() : nullptr));
  for (const std::string& name : added) {
    PLEXUS_ASSIGN_OR_RETURN(std::optional<storage::StoredAlias> alias, storage::FindAlias(source, name));
    if (!alias || alias->room_id != room_id) {
      return errors::BadAlias(absl::StrCat("Room alias ", name, " does not point to the room."));
    }
  }
  return absl::OkStatus();
}

bool IsOwnJoin(const StateChange& change) {
  return change.type == matrix::kRoomMember && change.state_key == change.requester.user_id() &&
         json::GetString(change.content, "membership") == "join";
}

// A join through this endpoint is one like others: it may need somebody who lets the user in.
Task<absl::Status> PrepareJoin(const RoomTenant& tenant, StateChange& change) {
  constexpr std::string_view kAuthoriser = "join_authorised_via_users_server";
  const JoinRequest join{change.room_id, change.requester.user_id(), change.requester.is_guest(), tenant.server_name()};
  auto check = [join](storage::Session& session) { return CheckJoin(session, join); };
  PLEXUS_CO_ASSIGN_OR_RETURN(JoinCheck checked, co_await tenant.Run(std::move(check)));
  if (checked.authoriser.empty()) co_return absl::OkStatus();
  change.content[kAuthoriser] = checked.authoriser;
  co_return absl::OkStatus();
}

}  // namespace

PLEXUS_ROOM_HANDLER(SetRoomState) {
  PLEXUS_CO_RETURN_IF_ERROR(RequireRoomId(request.room_id()));
  StateChange change;
  PLEXUS_CO_ASSIGN_OR_RETURN(change.content, json::ParseObject(request.body_json()));
  change.room_id = request.room_id();
  change.requester = request.requester();
  change.type = request.type();
  change.state_key = request.state_key();
  if (change.type == matrix::kRoomCanonicalAlias && change.state_key.empty()) {
    auto check = [room_id = change.room_id, content = change.content](storage::Session& session) {
      return CheckCanonicalAlias(session, room_id, content);
    };
    PLEXUS_CO_RETURN_IF_ERROR(co_await tenant.Run(std::move(check)));
  }
  if (IsOwnJoin(change)) PLEXUS_CO_RETURN_IF_ERROR(co_await PrepareJoin(tenant, change));
  PLEXUS_CO_ASSIGN_OR_RETURN(std::string event_id, co_await SendState(tenant, context, std::move(change)));
  const json::Object answer{{"event_id", event_id}};
  co_return WithBody<v1::SetRoomStateResponse>(json::Serialize(answer));
}

}  // namespace plexus::room
