#include "services/room/storage/join_check.h"

#include <algorithm>
#include <map>
#include <optional>
#include <vector>

#include "common/base/matrix_error.h"
#include "common/base/status_macros.h"
#include "common/json/access.h"
#include "common/matrix/event_types.h"
#include "common/matrix/power_levels.h"
#include "common/storage/readers/members.h"
#include "common/storage/readers/state.h"
#include "services/room/domain/restricted_join.h"
#include "services/room/storage/find_room.h"
#include "services/room/storage/room_view.h"

namespace plexus::room {
namespace {

// Events with the state key "", by type.
using RoomRules = std::map<std::string, matrix::Event>;

absl::StatusOr<RoomRules> ReadRules(storage::Source source, int64_t room_nid) {
  std::vector<storage::TypeAndKey> keys;
  for (std::string_view type :
       {matrix::kRoomCreate, matrix::kRoomJoinRules, matrix::kRoomPowerLevels, matrix::kRoomGuestAccess}) {
    keys.push_back({std::string(type), ""});
  }
  PLEXUS_ASSIGN_OR_RETURN(std::vector<storage::StoredEvent> found,
                          storage::CurrentStateEvents(source, std::span(&room_nid, 1), keys));
  RoomRules rules;
  for (const storage::StoredEvent& stored : found) {
    PLEXUS_ASSIGN_OR_RETURN(matrix::Event event, ToEvent(stored));
    rules.emplace(stored.type, std::move(event));
  }
  return rules;
}

const matrix::Event* FindRule(const RoomRules& rules, std::string_view type) {
  auto found = rules.find(std::string(type));
  return found == rules.end() ? nullptr : &found->second;
}

absl::StatusOr<matrix::Membership> ReadMembership(storage::Source source, int64_t room_nid,
                                                  const std::string& user_id) {
  PLEXUS_ASSIGN_OR_RETURN(std::vector<storage::StoredMembership> found,
                          storage::MembershipsIn(source, user_id, std::span(&room_nid, 1)));
  if (found.empty()) return matrix::Membership::kLeave;
  return matrix::ParseMembership(found.front().membership).value_or(matrix::Membership::kLeave);
}

absl::Status CheckGuest(const RoomRules& rules, bool is_guest) {
  if (!is_guest) return absl::OkStatus();
  const matrix::Event* access = FindRule(rules, matrix::kRoomGuestAccess);
  if (access != nullptr && json::GetString(access->content(), "guest_access") == "can_join") return absl::OkStatus();
  return errors::GuestAccessForbidden("Guests may not join this room.");
}

absl::StatusOr<bool> IsInOneOf(storage::Source source, const std::string& user_id,
                               const std::vector<std::string>& room_ids) {
  if (room_ids.empty()) return false;
  PLEXUS_ASSIGN_OR_RETURN(std::vector<storage::StoredRoom> rooms, storage::RoomsById(source, room_ids));
  std::vector<int64_t> nids;
  for (const storage::StoredRoom& room : rooms) nids.push_back(room.nid);
  PLEXUS_ASSIGN_OR_RETURN(std::vector<storage::StoredMembership> memberships,
                          storage::MembershipsIn(source, user_id, nids));
  return std::any_of(memberships.begin(), memberships.end(),
                     [](const storage::StoredMembership& member) { return member.membership == "join"; });
}

absl::StatusOr<std::string> FindAuthoriser(storage::Source source, int64_t room_nid, const RoomRules& rules,
                                           const std::string& server_name) {
  const std::string joined[] = {"join"};
  PLEXUS_ASSIGN_OR_RETURN(std::vector<storage::StoredMembership> members,
                          storage::MembersOf(source, std::span(&room_nid, 1), joined));
  std::vector<std::string> user_ids;
  for (storage::StoredMembership& member : members) user_ids.push_back(std::move(member.user_id));
  const matrix::Event* create = FindRule(rules, matrix::kRoomCreate);
  if (create == nullptr) return absl::InternalError("a room without m.room.create");
  const matrix::PowerLevels levels(*create, FindRule(rules, matrix::kRoomPowerLevels));
  std::optional<std::string> authoriser = PickAuthoriser(levels, user_ids, server_name);
  if (!authoriser) return errors::Forbidden("Nobody on this server may let you into the room.");
  return *std::move(authoriser);
}

}  // namespace

absl::StatusOr<JoinCheck> CheckJoin(storage::Source source, const JoinRequest& request) {
  PLEXUS_ASSIGN_OR_RETURN(storage::StoredRoom room, ResolveRoom(source, request.room_id_or_alias));
  JoinCheck check{room.room_id, matrix::Membership::kLeave, ""};
  PLEXUS_ASSIGN_OR_RETURN(check.membership, ReadMembership(source, room.nid, request.user_id));
  // Whoever is invited needs nobody to let them in; whoever is banned gets in by no means.
  if (check.membership == matrix::Membership::kJoin || check.membership == matrix::Membership::kBan) return check;
  PLEXUS_ASSIGN_OR_RETURN(RoomRules rules, ReadRules(source, room.nid));
  PLEXUS_RETURN_IF_ERROR(CheckGuest(rules, request.is_guest));
  const matrix::Event* join_rules = FindRule(rules, matrix::kRoomJoinRules);
  if (check.membership == matrix::Membership::kInvite || !IsRestricted(join_rules)) return check;
  PLEXUS_ASSIGN_OR_RETURN(const bool allowed, IsInOneOf(source, request.user_id, AllowedRooms(*join_rules)));
  if (!allowed) return errors::Forbidden("You are in none of the rooms whose members may join this one.");
  PLEXUS_ASSIGN_OR_RETURN(check.authoriser, FindAuthoriser(source, room.nid, rules, request.server_name));
  return check;
}

}  // namespace plexus::room
