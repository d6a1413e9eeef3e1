#include "common/base/matrix_error.h"
#include "common/base/status_macros.h"
#include "common/json/canonical.h"
#include "services/room/domain/event_text.h"
#include "services/room/handlers/handlers.h"
#include "services/room/handlers/reader.h"

namespace plexus::room {
namespace {

struct Wanted {
  Reader reader;
  std::string room_id;
  storage::TypeAndKey key;
  bool whole_event = false;
};

absl::StatusOr<std::string> ReadStateEvent(storage::Source source, const Wanted& wanted) {
  PLEXUS_ASSIGN_OR_RETURN(RoomView view, LookAt(source, wanted.room_id, wanted.reader.viewer.user_id));
  PLEXUS_ASSIGN_OR_RETURN(std::vector<storage::StoredEvent> found,
                          StateEventsOf(source, view, std::span(&wanted.key, 1)));
  if (found.empty()) return errors::NotFound("The room has no such state.");
  PLEXUS_ASSIGN_OR_RETURN(matrix::Event event, ToEvent(found.front()));
  if (!wanted.whole_event) return json::Serialize(event.content());
  PLEXUS_RETURN_IF_ERROR(storage::AddUnsigned(source, wanted.reader.viewer, found));
  std::string body;
  PLEXUS_RETURN_IF_ERROR(AppendEvent(body, event, found.front(), std::nullopt, wanted.reader.now_ms));
  return body;
}

}  // namespace

PLEXUS_ROOM_HANDLER(GetRoomStateEvent) {
  const bool known_format = request.format().empty() || request.format() == "content" || request.format() == "event";
  if (!known_format) co_return errors::InvalidParam("`format` must be content or event.");
  Wanted wanted;
  wanted.reader = ReaderOf(tenant, request.requester());
  wanted.room_id = request.room_id();
  wanted.key = storage::TypeAndKey{request.type(), request.state_key()};
  wanted.whole_event = request.format() == "event";
  auto read = [wanted](storage::Session& session) { return ReadStateEvent(session, wanted); };
  PLEXUS_CO_ASSIGN_OR_RETURN(std::string body, co_await tenant.Run(std::move(read)));
  co_return WithBody<v1::GetRoomStateEventResponse>(std::move(body));
}

}  // namespace plexus::room
