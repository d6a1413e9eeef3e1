#include "services/sync/storage/delta_loader.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "common/base/matrix_error.h"
#include "common/base/status_macros.h"
#include "common/json/access.h"
#include "common/json/canonical.h"
#include "common/json/parse.h"
#include "common/matrix/event_types.h"
#include "common/matrix/push_rules_default.h"
#include "common/rpc/shard_of.h"
#include "common/storage/readers/members.h"
#include "common/storage/readers/sync_log.h"
#include "common/storage/readers/user_log.h"
#include "services/sync/domain/room_plan.h"
#include "services/sync/storage/device_lists.h"
#include "services/sync/storage/room_loader.h"

namespace plexus::sync {
namespace {

using matrix::StreamToken;
using storage::StoredAccountData;
using storage::StoredMembership;

// With no more log entries than this since the client's last look, the log is asked which rooms it speaks of; with more
// the user's rooms are asked one by one.
constexpr int64_t kMaxLogScan = 5000;

class DeltaLoad {
 public:
  DeltaLoad(storage::Source source, const LoadRequest& request)
      : request_(request), scope_{source, request_, delta_.next, {}, delta_.members_sent}, user_shard_(0) {}

  absl::StatusOr<SyncDelta> Run() {
    PLEXUS_RETURN_IF_ERROR(LoadHeads());
    PLEXUS_RETURN_IF_ERROR(LoadAccountData());
    PLEXUS_RETURN_IF_ERROR(PlanRooms());
    PLEXUS_RETURN_IF_ERROR(LoadTimelines(scope_, rooms_));
    PLEXUS_RETURN_IF_ERROR(LoadSummaries(scope_, rooms_));
    PLEXUS_RETURN_IF_ERROR(LoadStates(scope_, rooms_));
    PLEXUS_RETURN_IF_ERROR(LoadInviteStates(scope_, rooms_));
    PLEXUS_RETURN_IF_ERROR(LoadReceipts(scope_, rooms_));
    if (request_.since) PLEXUS_RETURN_IF_ERROR(LoadDeviceLists(scope_, rooms_, delta_));
    PLEXUS_RETURN_IF_ERROR(AddRoomAccountData());
    Assemble();
    return std::move(delta_);
  }

 private:
  const matrix::Filter& filter() const { return *request_.filter; }

  absl::Status LoadHeads() {
    PLEXUS_ASSIGN_OR_RETURN(storage::SyncHeads heads, storage::ReadSyncHeads(scope_.source));
    delta_.next.timeline = TokenTimeline(heads.timeline);
    delta_.next.room = std::move(heads.room);
    delta_.next.user = std::move(heads.user);
    user_shard_ = rpc::ShardOf(request_.user_id, static_cast<int>(delta_.next.user.size()));
    if (!request_.since) return absl::OkStatus();
    StreamToken& since = *request_.since;
    if (since.room.size() != delta_.next.room.size() || since.user.size() != delta_.next.user.size()) {
      return errors::InvalidParam("'since' is not a token of this server");
    }
    // A database that was failed over may lack the last commits that the client has seen.
    for (size_t i = 0; i < since.room.size(); ++i) since.room[i] = std::min(since.room[i], delta_.next.room[i]);
    for (size_t i = 0; i < since.user.size(); ++i) since.user[i] = std::min(since.user[i], delta_.next.user[i]);
    delta_.next.push = since.push;
    delta_.next.typing_source = since.typing_source;
    delta_.next.typing = since.typing;
    return absl::OkStatus();
  }

  // Global account data goes out at once; that of rooms waits for the rooms.
  absl::Status LoadAccountData() {
    storage::AccountDataSelection selection;
    selection.after = request_.since ? request_.since->user[user_shard_] : 0;
    selection.upto = delta_.next.user[user_shard_];
    selection.always = {std::string(matrix::kIgnoredUserList)};
    PLEXUS_ASSIGN_OR_RETURN(auto entries, storage::AccountDataOf(scope_.source, request_.user_id, selection));
    bool has_push_rules = false;
    for (StoredAccountData& entry : entries) {
      if (entry.room_id.empty() && entry.type == matrix::kIgnoredUserList) ReadIgnoredUsers(entry.json);
      if (entry.position <= selection.after) continue;
      has_push_rules |= entry.room_id.empty() && entry.type == matrix::kPushRules;
      if (entry.room_id.empty()) {
        AddGlobal(std::move(entry));
      } else {
        room_data_.push_back(std::move(entry));
      }
    }
    if (!request_.since && !has_push_rules) AddGlobal(DefaultPushRules());
    return absl::OkStatus();
  }

  StoredAccountData DefaultPushRules() const {
    json::Object content;
    content["global"] = matrix::DefaultPushRules(request_.user_id);
    return {"", std::string(matrix::kPushRules), json::Serialize(content), 0};
  }

  void AddGlobal(StoredAccountData entry) {
    if (matrix::Matches(filter().account_data, entry.type, request_.user_id)) {
      delta_.account_data.push_back(std::move(entry));
    }
  }

  void ReadIgnoredUsers(const std::string& text) { scope_.ignored = IgnoredUsersIn(text); }

  // The rooms to look at: all of the user's, or those where something happened.
  absl::StatusOr<std::vector<StoredMembership>> CandidateRooms() {
    PLEXUS_ASSIGN_OR_RETURN(auto memberships, storage::MembershipsOf(scope_.source, request_.user_id));
    if (!request_.since || request_.full_state) return memberships;
    int64_t entries = 0;
    for (size_t i = 0; i < delta_.next.room.size(); ++i) entries += delta_.next.room[i] - request_.since->room[i];
    if (entries > kMaxLogScan) return memberships;
    absl::flat_hash_set<int64_t> touched;
    if (entries > 0) {
      PLEXUS_ASSIGN_OR_RETURN(auto nids, storage::RoomsTouched(scope_.source, request_.since->room, delta_.next.room));
      touched.insert(nids.begin(), nids.end());
    }
    absl::flat_hash_set<std::string_view> with_data;
    for (const StoredAccountData& entry : room_data_) with_data.insert(entry.room_id);
    std::erase_if(memberships, [&](const StoredMembership& membership) {
      return !touched.contains(membership.room_nid) && !with_data.contains(membership.room_id);
    });
    return memberships;
  }

  std::optional<int64_t> SeenOf(const StoredMembership& membership) const {
    if (!request_.since) return std::nullopt;
    return request_.since->room[membership.shard];
  }

  bool NeedsHistory(const StoredMembership& membership) const {
    return request_.since && membership.position > *SeenOf(membership);
  }

  absl::Status PlanRooms() {
    PLEXUS_ASSIGN_OR_RETURN(std::vector<StoredMembership> memberships, CandidateRooms());
    std::erase_if(memberships, [&](const StoredMembership& membership) {
      return !matrix::MatchesRoom(filter().room, membership.room_id);
    });
    std::vector<storage::RoomPosition> changed;
    for (const StoredMembership& membership : memberships) {
      if (NeedsHistory(membership)) changed.push_back({membership.room_nid, *SeenOf(membership)});
    }
    PLEXUS_ASSIGN_OR_RETURN(auto events, storage::MemberHistory(scope_.source, request_.user_id, changed));
    absl::flat_hash_map<int64_t, std::vector<storage::StoredEvent>> histories;
    for (storage::StoredEvent& event : events) histories[event.room_nid].push_back(std::move(event));
    for (const StoredMembership& membership : memberships) {
      std::optional<RoomPlan> plan = PlanRoom(membership, SeenOf(membership), delta_.next.room[membership.shard],
                                              histories[membership.room_nid], filter().room.include_leave);
      if (plan && !IsIgnoredInvite(*plan)) AddRoom(*std::move(plan));
    }
    return absl::OkStatus();
  }

  bool IsIgnoredInvite(const RoomPlan& plan) const {
    return plan.section == Section::kInvite && scope_.ignored.contains(plan.membership.sender);
  }

  void AddRoom(RoomPlan plan) {
    RoomWork work;
    work.delta.room_id = plan.membership.room_id;
    work.delta.section = plan.section;
    work.plan = std::move(plan);
    rooms_.push_back(std::move(work));
  }

  // Of a room that is new to the client, all of it.
  absl::Status AddRoomAccountData() {
    storage::AccountDataSelection whole;
    absl::flat_hash_map<std::string, RoomWork*> rooms;
    for (RoomWork& room : rooms_) {
      if (room.plan.section != Section::kJoin && room.plan.section != Section::kLeave) continue;
      rooms[room.delta.room_id] = &room;
      if (room.plan.is_new && request_.since) whole.whole_rooms.push_back(room.delta.room_id);
    }
    if (!whole.whole_rooms.empty()) {
      whole.after = whole.upto = delta_.next.user[user_shard_];
      PLEXUS_ASSIGN_OR_RETURN(auto entries, storage::AccountDataOf(scope_.source, request_.user_id, whole));
      for (const std::string& room_id : whole.whole_rooms) {
        std::erase_if(room_data_, [&](const StoredAccountData& entry) { return entry.room_id == room_id; });
      }
      for (StoredAccountData& entry : entries) room_data_.push_back(std::move(entry));
    }
    const matrix::RoomEventFilter& wanted = filter().room.account_data;
    for (StoredAccountData& entry : room_data_) {
      auto room = rooms.find(entry.room_id);
      if (room == rooms.end() || !matrix::MatchesRoom(wanted, entry.room_id)) continue;
      if (!matrix::Matches(wanted, entry.type, request_.user_id)) continue;
      room->second->delta.account_data.push_back(std::move(entry));
    }
    return absl::OkStatus();
  }

  void Assemble() {
    for (RoomWork& room : rooms_) {
      if (!room.delta.empty()) delta_.rooms.push_back(std::move(room.delta));
    }
  }

  LoadRequest request_;
  SyncDelta delta_;
  LoadScope scope_;
  int user_shard_;
  std::vector<StoredAccountData> room_data_;
  std::vector<RoomWork> rooms_;
};

}  // namespace

absl::flat_hash_set<std::string> IgnoredUsersIn(const std::string& content_json) {
  absl::flat_hash_set<std::string> ignored;
  absl::StatusOr<json::Object> content = json::ParseObjectOrEmpty(content_json);
  const json::Object* users = content.ok() ? json::GetObject(*content, "ignored_users") : nullptr;
  if (users == nullptr) return ignored;
  for (const auto& user : *users) ignored.insert(std::string(json::Key(user)));
  return ignored;
}

uint32_t TokenTimeline(int64_t timeline) { return static_cast<uint32_t>(static_cast<uint64_t>(timeline)); }

absl::StatusOr<SyncDelta> LoadDelta(storage::Session& session, const LoadRequest& request) {
  storage::TransactionOptions options;
  options.isolation = storage::Isolation::kRepeatableRead;
  options.read_only = true;
  return session.InTransaction(
      options, [&](storage::Transaction& transaction) { return DeltaLoad(transaction, request).Run(); });
}

}  // namespace plexus::sync
