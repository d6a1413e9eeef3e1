#include "services/room/handlers/moderation.h"

#include "common/base/matrix_error.h"
#include "common/base/status_macros.h"
#include "common/json/access.h"
#include "common/json/parse.h"
#include "common/matrix/event_types.h"
#include "common/matrix/membership.h"
#include "services/room/handlers/checks.h"
#include "services/room/storage/find_room.h"

namespace plexus::room {
namespace {

absl::StatusOr<std::optional<matrix::Event>> ReadMember(storage::Source source, const std::string& room_id,
                                                        const std::string& user_id) {
  PLEXUS_ASSIGN_OR_RETURN(storage::StoredRoom room, RequireRoom(source, room_id));
  return CurrentEvent(source, room.nid, std::string(matrix::kRoomMember), user_id);
}

// Whether the change has been made already, by the same user.
bool IsRepetition(const matrix::Event* member, const MemberChange& change) {
  return member != nullptr && member->sender() == change.requester.user_id() &&
         member->content() == MemberContent(change.wish);
}

}  // namespace

absl::StatusOr<MemberChange> ParseModeration(const common::v1::Requester& requester, const std::string& room_id,
                                             const std::string& body_json) {
  PLEXUS_RETURN_IF_ERROR(RequireNotSuspended(requester));
  PLEXUS_RETURN_IF_ERROR(RequireRoomId(room_id));
  PLEXUS_ASSIGN_OR_RETURN(json::Object body, json::ParseObject(body_json));
  MemberChange change;
  change.room_id = room_id;
  change.requester = requester;
  PLEXUS_ASSIGN_OR_RETURN(change.user_id, json::RequireString(body, "user_id"));
  PLEXUS_RETURN_IF_ERROR(RequireUserId(change.user_id));
  PLEXUS_ASSIGN_OR_RETURN(change.wish.reason, json::OptionalString(body, "reason"));
  return change;
}

Task<absl::Status> Remove(const RoomTenant& tenant, rpc::Context context, MemberChange change,
                          bool (*expected)(matrix::Membership), std::string otherwise) {
  change.wish.membership = matrix::Membership::kLeave;
  auto read = [room_id = change.room_id, user_id = change.user_id](storage::Session& session) {
    return ReadMember(session, room_id, user_id);
  };
  PLEXUS_CO_ASSIGN_OR_RETURN(std::optional<matrix::Event> member, co_await tenant.Run(std::move(read)));
  const matrix::Event* now = member ? &*member : nullptr;
  if (!expected(matrix::MembershipOf(now)) && !IsRepetition(now, change)) co_return errors::Forbidden(otherwise);
  co_return co_await SendMember(tenant, std::move(context), std::move(change));
}

}  // namespace plexus::room
