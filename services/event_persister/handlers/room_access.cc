#include "services/event_persister/handlers/room_access.h"

#include "common/base/matrix_error.h"
#include "common/base/status_macros.h"
#include "common/matrix/event_types.h"
#include "common/matrix/power_levels.h"
#include "common/storage/readers/events.h"

namespace plexus::event_persister {

Task<absl::StatusOr<OpenRoom>> EnterRoom(Call call, std::string room_id) {
  PLEXUS_CO_ASSIGN_OR_RETURN(TenantPersister::Seat seat, co_await call.tenant->Await(call.context, room_id));
  PLEXUS_CO_ASSIGN_OR_RETURN(std::shared_ptr<HotRoom> room, co_await seat.rooms->Room(std::move(room_id)));
  co_return OpenRoom{std::move(seat), std::move(room)};
}

absl::Status RequireJoined(const HotRoom& room, std::string_view user_id) {
  if (room.state().MembershipOf(user_id) == matrix::Membership::kJoin) return absl::OkStatus();
  return errors::Forbidden("You are not in the room.");
}

absl::Status RequireNotSuspended(const common::v1::Requester& requester) {
  if (!requester.is_suspended()) return absl::OkStatus();
  return errors::Matrix(403, "M_USER_SUSPENDED", "The account is suspended.");
}

bool MayChangeAliases(const HotRoom& room, const common::v1::Requester& requester) {
  if (requester.is_admin()) return true;
  if (!RequireJoined(room, requester.user_id()).ok()) return false;
  const matrix::Event* create = room.state().Event(matrix::kRoomCreate, "");
  if (create == nullptr) return false;
  const matrix::PowerLevels levels(*create, room.state().Event(matrix::kRoomPowerLevels, ""));
  return levels.UserLevel(requester.user_id()) >= levels.StateLevel(matrix::kRoomCanonicalAlias);
}

Task<absl::StatusOr<storage::StoredEvent>> FindEvent(OpenRoom open, std::string event_id) {
  auto read = [event_id](storage::Session& session) { return storage::EventsById(session, std::span(&event_id, 1)); };
  const ShardEnvironment& environment = open.shard().environment();
  PLEXUS_CO_ASSIGN_OR_RETURN(std::vector<storage::StoredEvent> found,
                             co_await environment.database->Run(*environment.schema, std::move(read)));
  if (found.empty() || found[0].room_nid != open.room->nid() || found[0].outlier) {
    co_return errors::NotFound("The room has no such event.");
  }
  co_return std::move(found[0]);
}

Task<absl::Status> SubmitAndWait(OpenRoom open, UnitPtr unit) {
  PLEXUS_CO_ASSIGN_OR_RETURN(SubmissionPtr submission, open.shard().Submit(open.room, std::move(unit)));
  co_return co_await RoomShard::Await(std::move(submission));
}

}  // namespace plexus::event_persister
