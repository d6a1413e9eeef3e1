#include "absl/strings/str_cat.h"
#include "common/base/matrix_error.h"
#include "common/base/status_macros.h"
#include "common/json/parse.h"
#include "common/matrix/event_hash.h"
#include "common/matrix/event_types.h"
#include "common/matrix/ids.h"
#include "services/event_persister/domain/content_rules.h"
#include "services/event_persister/handlers/handlers.h"
#include "services/event_persister/handlers/room_access.h"
#include "services/event_persister/storage/room_loader.h"

namespace plexus::event_persister {
namespace {

constexpr int kMaxEvents = 500;  // of one creation

// What BuildCreateEvent has made for this requester and room.
absl::StatusOr<matrix::Event> CheckCreateEvent(const TenantPersister& tenant, const v1::CreateRoomRequest& request,
                                               const matrix::RoomVersion& version) {
  PLEXUS_ASSIGN_OR_RETURN(matrix::Event create, matrix::Event::Parse(request.create_event_json(), version));
  const matrix::SigningKey& key = *tenant.tenant().signing_key;
  PLEXUS_RETURN_IF_ERROR(matrix::VerifyEventSignature(create, tenant.server_name(), key.key_id(), key.public_key()));
  const bool ours = matrix::ContentHashMatches(create) && create.IsState(matrix::kRoomCreate, "") &&
                    create.room_id() == request.room_id() && create.sender() == request.requester().user_id();
  if (!ours) return errors::Forbidden("The create event is not of this room and user.");
  return create;
}

absl::StatusOr<EventDraft> ParseDraft(const v1::NewEvent& wanted, const std::string& creator, int64_t now) {
  EventDraft draft;
  draft.type = wanted.type();
  if (wanted.has_state_key()) draft.state_key = wanted.state_key();
  draft.sender = wanted.sender().empty() ? creator : wanted.sender();
  draft.origin_server_ts = now;
  PLEXUS_ASSIGN_OR_RETURN(draft.content, json::ParseObject(wanted.content_json()));
  PLEXUS_RETURN_IF_ERROR(CheckContent(draft.type, draft.state_key, draft.content));
  return draft;
}

absl::Status CheckAlias(const std::string& alias, const std::string& server_name) {
  if (alias.empty() || (matrix::IsValidRoomAlias(alias) && matrix::ServerName(alias) == server_name)) {
    return absl::OkStatus();
  }
  return errors::InvalidParam("The room alias is not one of this server.");
}

absl::StatusOr<RoomToCreate> ParseRoom(const TenantPersister& tenant, const v1::CreateRoomRequest& request) {
  RoomToCreate room;
  room.room_id = request.room_id();
  room.version = matrix::FindCreatableRoomVersion(request.room_version());
  if (room.version == nullptr) return errors::UnsupportedRoomVersion(request.room_version());
  if (request.events_size() > kMaxEvents) {
    return errors::TooLarge(absl::StrCat("A room is created with at most ", kMaxEvents, " events."));
  }
  PLEXUS_RETURN_IF_ERROR(CheckAlias(request.alias(), tenant.server_name()));
  PLEXUS_ASSIGN_OR_RETURN(room.create, CheckCreateEvent(tenant, request, *room.version));
  const int64_t now = std::max(tenant.clock().NowMillis(), room.create->origin_server_ts());
  for (const v1::NewEvent& event : request.events()) {
    PLEXUS_ASSIGN_OR_RETURN(EventDraft draft, ParseDraft(event, request.requester().user_id(), now));
    room.events.push_back(std::move(draft));
  }
  room.alias = request.alias();
  room.published = request.published();
  room.creation_id = request.creation_id();
  return room;
}

// The room is there: by an earlier attempt with the same create event, or it is another's.
Answer<v1::CreateRoomResponse> Repeat(OpenRoom open, RoomToCreate wanted) {
  const StateEventPtr create = open.room->state().Find(matrix::kRoomCreate, "");
  if (create == nullptr || create->event_id() != wanted.create->event_id()) {
    co_return errors::RoomInUse("The room exists already.");
  }
  // Copied: the first attempt's submission leaves the queue while it is waited for.
  if (!open.room->pending.empty()) {
    const SubmissionPtr first = open.room->pending.front();
    PLEXUS_CO_RETURN_IF_ERROR(co_await RoomShard::Await(first));
  }
  const int64_t room_nid = open.room->nid();
  const int64_t count = static_cast<int64_t>(wanted.events.size()) + 1;
  auto read = [room_nid, count](storage::Session& session) { return FirstEvents(session, room_nid, count); };
  const ShardEnvironment& environment = open.shard().environment();
  PLEXUS_CO_ASSIGN_OR_RETURN(std::vector<std::string> event_ids,
                             co_await environment.database->Run(*environment.schema, std::move(read)));
  v1::CreateRoomResponse response;
  response.set_room_id(open.room->room_id());
  for (std::string& event_id : event_ids) response.add_event_ids(std::move(event_id));
  co_return response;
}

}  // namespace

Answer<v1::CreateRoomResponse> CreateRoom(Call call, v1::CreateRoomRequest request) {
  PLEXUS_CO_RETURN_IF_ERROR(RequireNotSuspended(request.requester()));
  PLEXUS_CO_ASSIGN_OR_RETURN(RoomToCreate wanted, ParseRoom(*call.tenant, request));
  PLEXUS_CO_ASSIGN_OR_RETURN(TenantPersister::Seat seat, co_await call.tenant->Await(call.context, wanted.room_id));
  absl::StatusOr<std::shared_ptr<HotRoom>> existing = co_await seat.rooms->Room(wanted.room_id);
  if (existing.ok()) {
    OpenRoom open{seat, *std::move(existing)};
    co_return co_await Repeat(std::move(open), std::move(wanted));
  }
  if (!absl::IsNotFound(existing.status())) co_return existing.status();
  PLEXUS_CO_ASSIGN_OR_RETURN(SubmissionPtr submission, seat.rooms->Create(std::move(wanted)));
  PLEXUS_CO_RETURN_IF_ERROR(co_await RoomShard::Await(submission));
  PLEXUS_CO_RETURN_IF_ERROR(call.tenant->CheckOwned(*seat.rooms));
  v1::CreateRoomResponse response;
  response.set_room_id(request.room_id());
  for (const std::string& event_id : submission->event_ids) response.add_event_ids(event_id);
  co_return response;
}

}  // namespace plexus::event_persister
