// Summaries, receipts, invites and knocks.
#include <algorithm>

#include "common/base/status_macros.h"
#include "common/matrix/event_types.h"
#include "common/storage/readers/events.h"
#include "common/storage/readers/members.h"
#include "common/storage/readers/room_log.h"
#include "common/storage/readers/state.h"
#include "services/sync/storage/room_loader.h"

namespace plexus::sync {
namespace {

using storage::StoredEvent;

bool IsInvitation(const RoomWork& room) {
  return room.plan.section == Section::kInvite || room.plan.section == Section::kKnock;
}

absl::flat_hash_map<int64_t, RoomWork*> ByNid(const std::vector<RoomWork*>& rooms) {
  absl::flat_hash_map<int64_t, RoomWork*> by_nid;
  for (RoomWork* room : rooms) by_nid[room->plan.membership.room_nid] = room;
  return by_nid;
}

std::vector<int64_t> Nids(const std::vector<RoomWork*>& rooms) {
  std::vector<int64_t> nids;
  for (const RoomWork* room : rooms) nids.push_back(room->plan.membership.room_nid);
  return nids;
}

// Client-Server API, "Stripped state": what tells the invited user about the room.
std::vector<storage::TypeAndKey> StrippedKeys(const std::string& user_id, const std::vector<RoomWork*>& rooms) {
  std::vector<storage::TypeAndKey> keys;
  for (std::string_view type : {matrix::kRoomCreate, matrix::kRoomName, matrix::kRoomAvatar, matrix::kRoomTopic,
                                matrix::kRoomJoinRules, matrix::kRoomCanonicalAlias, matrix::kRoomEncryption}) {
    keys.push_back({std::string(type), ""});
  }
  std::vector<std::string> members = {user_id};
  for (const RoomWork* room : rooms) members.push_back(room->plan.membership.sender);
  std::sort(members.begin(), members.end());
  members.erase(std::unique(members.begin(), members.end()), members.end());
  for (const std::string& member : members) keys.push_back({std::string(matrix::kRoomMember), member});
  return keys;
}

// Of the members only the user and who invited are of interest.
bool TellsOfInvitation(const RoomWork& room, const StoredEvent& event) {
  if (event.type != matrix::kRoomMember) return true;
  return event.state_key == room.plan.membership.user_id || event.state_key == room.plan.membership.sender;
}

}  // namespace

absl::Status LoadSummaries(const LoadScope& scope, std::vector<RoomWork>& rooms) {
  std::vector<RoomWork*> asked;
  for (RoomWork& room : rooms) {
    if (room.plan.section == Section::kJoin && room.members_changed) asked.push_back(&room);
  }
  if (asked.empty()) return absl::OkStatus();
  const auto by_nid = ByNid(asked);
  PLEXUS_ASSIGN_OR_RETURN(auto counts, storage::CountMembers(scope.source, Nids(asked)));
  PLEXUS_ASSIGN_OR_RETURN(auto heroes, storage::HeroesOf(scope.source, Nids(asked), scope.request.user_id));
  for (RoomWork* room : asked) room->delta.summary.emplace();
  for (const storage::MemberCounts& count : counts) {
    RoomSummary& summary = *by_nid.at(count.room_nid)->delta.summary;
    summary.joined = count.joined;
    summary.invited = count.invited;
  }
  for (storage::RoomHeroes& found : heroes) {
    RoomWork& room = *by_nid.at(found.room_nid);
    room.wanted_members.insert(found.user_ids.begin(), found.user_ids.end());
    room.delta.summary->heroes = std::move(found.user_ids);
  }
  return absl::OkStatus();
}

absl::Status LoadInviteStates(const LoadScope& scope, std::vector<RoomWork>& rooms) {
  std::vector<RoomWork*> asked;
  for (RoomWork& room : rooms) {
    if (IsInvitation(room)) asked.push_back(&room);
  }
  if (asked.empty()) return absl::OkStatus();
  const auto by_nid = ByNid(asked);
  const std::vector<storage::TypeAndKey> keys = StrippedKeys(scope.request.user_id, asked);
  PLEXUS_ASSIGN_OR_RETURN(auto state, storage::CurrentStateEvents(scope.source, Nids(asked), keys));
  for (const StoredEvent& event : state) {
    RoomWork& room = *by_nid.at(event.room_nid);
    if (TellsOfInvitation(room, event)) room.delta.state.push_back(FromStored(event, scope.request.device_id));
  }
  return absl::OkStatus();
}

absl::Status LoadReceipts(const LoadScope& scope, std::vector<RoomWork>& rooms) {
  const matrix::RoomEventFilter& filter = scope.filter().room.ephemeral;
  std::vector<RoomWork*> asked;
  std::vector<storage::ReceiptRange> ranges;
  for (RoomWork& room : rooms) {
    if (room.plan.section != Section::kJoin || !matrix::MatchesRoom(filter, room.plan.membership.room_id)) continue;
    if (!matrix::Matches(filter, matrix::kReceipt, scope.request.user_id)) continue;
    asked.push_back(&room);
    ranges.push_back({room.plan.membership.room_nid, room.plan.after, room.plan.upto});
  }
  const auto by_nid = ByNid(asked);
  PLEXUS_ASSIGN_OR_RETURN(auto receipts, storage::ReceiptsIn(scope.source, ranges, scope.request.user_id));
  for (storage::StoredReceipt& receipt : receipts) {
    if (scope.ignored.contains(receipt.user_id)) continue;
    by_nid.at(receipt.room_nid)->delta.receipts.push_back(std::move(receipt));
  }
  return absl::OkStatus();
}

}  // namespace plexus::sync
