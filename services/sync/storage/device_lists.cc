#include "services/sync/storage/device_lists.h"

#include <set>

#include "common/base/status_macros.h"
#include "common/storage/readers/members.h"
#include "common/storage/readers/sync_log.h"
#include "common/storage/readers/user_log.h"

namespace plexus::sync {
namespace {

using Users = std::set<std::string>;

// Who came into or went out of sight with the rooms of the answer.
absl::Status Meet(const LoadScope& scope, const std::vector<RoomWork>& rooms, Users& met, Users& parted) {
  std::vector<storage::RoomPosition> changed;
  std::vector<int64_t> entered, left;
  for (const RoomWork& room : rooms) {
    const RoomPlan& plan = room.plan;
    if (plan.section == Section::kLeave && !plan.own_events_only) left.push_back(plan.membership.room_nid);
    if (plan.section != Section::kJoin) continue;
    if (plan.is_new) {
      entered.push_back(plan.membership.room_nid);
    } else if (room.members_changed) {
      changed.push_back({plan.membership.room_nid, plan.after});
    }
  }
  PLEXUS_ASSIGN_OR_RETURN(auto changes, storage::MembersChangedAfter(scope.source, changed));
  for (const storage::MemberChange& change : changes) {
    (change.membership == "join" ? met : parted).insert(change.user_id);
  }
  std::vector<int64_t> both = entered;
  both.insert(both.end(), left.begin(), left.end());
  if (both.empty()) return absl::OkStatus();
  const std::vector<std::string> joined = {"join"};
  PLEXUS_ASSIGN_OR_RETURN(auto members, storage::MembersOf(scope.source, both, joined));
  const std::set<int64_t> entered_rooms(entered.begin(), entered.end());
  for (const storage::StoredMembership& member : members) {
    (entered_rooms.contains(member.room_nid) ? met : parted).insert(member.user_id);
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status LoadDeviceLists(const LoadScope& scope, const std::vector<RoomWork>& rooms, SyncDelta& delta) {
  const std::string& user_id = scope.request.user_id;
  PLEXUS_ASSIGN_OR_RETURN(auto updated,
                          storage::UsersWithChangedDevices(scope.source, scope.request.since->user, scope.next.user));
  Users met, parted;
  PLEXUS_RETURN_IF_ERROR(Meet(scope, rooms, met, parted));
  met.erase(user_id);
  Users asked(updated.begin(), updated.end());
  asked.insert(parted.begin(), parted.end());
  asked.erase(user_id);
  Users shared;
  if (!asked.empty()) {
    const std::vector<std::string> others(asked.begin(), asked.end());
    PLEXUS_ASSIGN_OR_RETURN(auto rooms_shared, storage::SharedRooms(scope.source, user_id, others));
    for (const storage::SharedRoom& room : rooms_shared) shared.insert(room.user_id);
  }
  for (const std::string& user : updated) {
    if (user == user_id || shared.contains(user)) met.insert(user);
  }
  delta.devices_changed.assign(met.begin(), met.end());
  for (const std::string& user : parted) {
    if (user != user_id && !shared.contains(user) && !met.contains(user)) delta.devices_left.push_back(user);
  }
  return absl::OkStatus();
}

}  // namespace plexus::sync
