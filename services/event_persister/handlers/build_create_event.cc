#include "common/base/matrix_error.h"
#include "common/base/random.h"
#include "common/base/status_macros.h"
#include "common/json/parse.h"
#include "common/matrix/event_builder.h"
#include "common/matrix/event_types.h"
#include "services/event_persister/handlers/handlers.h"
#include "services/event_persister/handlers/room_access.h"

namespace plexus::event_persister {
namespace {

constexpr size_t kRoomLocalpartLength = 18;
constexpr size_t kNonceLength = 16;

}  // namespace

Answer<v1::BuildCreateEventResponse> BuildCreateEvent(Call call, v1::BuildCreateEventRequest request) {
  PLEXUS_CO_RETURN_IF_ERROR(RequireNotSuspended(request.requester()));
  const matrix::RoomVersion* version = matrix::FindCreatableRoomVersion(request.room_version());
  if (version == nullptr) co_return errors::UnsupportedRoomVersion(request.room_version());
  const std::string& server_name = call.tenant->server_name();
  matrix::EventTemplate wanted;
  PLEXUS_CO_ASSIGN_OR_RETURN(wanted.content, json::ParseObjectOrEmpty(request.content_json()));
  wanted.content["room_version"] = std::string(version->id);
  wanted.content.erase("creator");
  if (version->creator_in_content) wanted.content["creator"] = request.requester().user_id();
  PLEXUS_CO_RETURN_IF_ERROR(matrix::ValidateContent(wanted.content));
  // Otherwise two copies would make one room of what the same user asks of them in the same millisecond.
  if (version->room_id_is_create_event) {
    wanted.nonce = RandomAlphanumeric(kNonceLength);
  } else {
    wanted.room_id = absl::StrCat("!", RandomAlphanumeric(kRoomLocalpartLength), ":", server_name);
  }
  wanted.type = matrix::kRoomCreate;
  wanted.state_key = "";
  wanted.sender = request.requester().user_id();
  matrix::EventPosition position;
  position.origin_server_ts = call.tenant->clock().NowMillis();
  PLEXUS_CO_ASSIGN_OR_RETURN(matrix::Event event, matrix::BuildEvent(*version, std::move(wanted), position, server_name,
                                                                     *call.tenant->tenant().signing_key));
  v1::BuildCreateEventResponse response;
  response.set_room_id(std::string(event.room_id()));
  response.set_create_event_json(std::string(event.json_text()));
  co_return response;
}

}  // namespace plexus::event_persister
