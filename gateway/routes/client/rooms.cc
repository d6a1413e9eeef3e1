// Client-Server API, "Rooms" and "Syncing": creating rooms, sending events, reading the timeline.
#include "common/json/canonical.h"
#include "gateway/binding/inputs.h"
#include "gateway/routes/routes.h"
#include "plexus/event_persister/v1/event_persister_service.rpc.h"
#include "plexus/room/v1/room_service.rpc.h"

namespace plexus::gateway {

using event_persister::v1::EventPersisterService;
using event_persister::v1::SendEventRequest;
using event_persister::v1::SendEventResponse;
using room::v1::RoomService;

namespace {

std::string RenderEventId(const Message& message) {
  std::string body = R"({"event_id":)";
  json::AppendString(body, static_cast<const SendEventResponse&>(message).event_id());
  return body += '}';
}

absl::Status BindRedaction(const Inputs&, Message& message) {
  static_cast<SendEventRequest&>(message).set_type("m.room.redaction");
  return absl::OkStatus();
}

// RoomService tells "no limit given" from 0 by the sign.
template <typename Request>
absl::Status BindLimit(const Inputs& inputs, Message& message) {
  if (!inputs.query.Has("limit")) static_cast<Request&>(message).set_limit(-1);
  return absl::OkStatus();
}

}  // namespace

EndpointList RoomRoutes() {
  return {
      {"POST",
       "/_matrix/client/v3/createRoom",
       Auth::kUser,
       Limit::kRequest,
       To(RoomService::CreateRoom),
       {.body = Body::kRequired, .max_body = kLargeJsonBody, .suspended_may_not = true}},
      {"PUT",
       "/_matrix/client/v3/rooms/{room_id}/send/{type}/{txn_id}",
       Auth::kGuest,
       Limit::kMessage,
       To(EventPersisterService::SendEvent),
       {.body = Body::kRequired, .render = RenderEventId, .suspended_may_not = true}},
      // Suspended users may redact their own events: the persister sees whose they are.
      {"PUT",
       "/_matrix/client/v3/rooms/{room_id}/redact/{redacts}/{txn_id}",
       Auth::kUser,
       Limit::kMessage,
       To(EventPersisterService::SendEvent),
       {.body = Body::kOptional, .bind = BindRedaction, .render = RenderEventId}},
      {"GET", "/_matrix/client/v3/rooms/{room_id}/event/{event_id}", Auth::kGuest, Limit::kRequest,
       To(RoomService::GetEvent)},
      {"GET",
       "/_matrix/client/v3/rooms/{room_id}/context/{event_id}",
       Auth::kGuest,
       Limit::kRequest,
       To(RoomService::GetContext),
       {.query = {"limit", "filter"}, .bind = BindLimit<room::v1::GetContextRequest>}},
      {"GET",
       "/_matrix/client/v3/rooms/{room_id}/messages",
       Auth::kGuest,
       Limit::kRequest,
       To(RoomService::GetMessages),
       {.query = {"from", "to", "dir", "limit", "filter"}, .bind = BindLimit<room::v1::GetMessagesRequest>}},
  };
}

}  // namespace plexus::gateway
