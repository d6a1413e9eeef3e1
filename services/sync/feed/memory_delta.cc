#include "services/sync/feed/memory_delta.h"

#include <algorithm>
#include <map>
#include <utility>

#include "common/matrix/event_types.h"
#include "services/sync/domain/pdu_text.h"

namespace plexus::sync {
namespace {

bool Wants(const matrix::RoomEventFilter& filter, const std::string& room_id, const SyncEvent& event) {
  if (!matrix::MatchesRoom(filter, room_id) || !matrix::Matches(filter, event.type, event.sender)) return false;
  if (!filter.contains_url) return true;
  return *filter.contains_url == !FindMember(FindMember(event.pdu, "content"), "url").empty();
}

class MemoryDelta {
 public:
  explicit MemoryDelta(const LoadRequest& request) : request_(request) {}

  std::optional<SyncDelta> Build(const News& news) {
    if (!news.covered || news.has_redacted || !news.changed_devices.empty()) return std::nullopt;
    ignored_ = IgnoredUsersIn(news.ignored_users);
    for (const RoomLogItemPtr& item : news.room_items) {
      if (!matrix::MatchesRoom(filter().room, item->room_id)) continue;
      if (!(item->event != nullptr ? AddEvent(*item) : AddReceipt(*item))) return std::nullopt;
    }
    for (const UserLogItemPtr& item : news.own_items) {
      // Room account data may be of a room that the user is not in.
      if (!item->account_data->room_id.empty()) return std::nullopt;
      AddGlobal(*item->account_data);
    }
    return Finish(news.upto);
  }

 private:
  const matrix::Filter& filter() const { return *request_.filter; }

  RoomDelta& Room(const std::string& room_id) {
    RoomDelta& room = rooms_[room_id];
    room.room_id = room_id;
    return room;
  }

  bool AddEvent(const RoomLogItem& item) {
    const SyncEvent& event = *item.event;
    if (event.IsMember()) return false;
    RoomDelta& room = Room(item.room_id);
    if (room.prev_batch.empty()) room.prev_batch = matrix::EncodeTopologicalToken({event.depth, event.nid});
    const bool shown =
        Wants(filter().room.timeline, item.room_id, event) && (event.is_state() || !ignored_.contains(event.sender));
    if (event.is_state() && (request_.state_after || !shown)) AddState(room, item);
    if (!shown) return true;
    room.timeline.push_back({item.event, matrix::Membership::kJoin});
    return static_cast<int64_t>(room.timeline.size()) <= TimelineLimit(filter()) && KnowsSender(item);
  }

  bool KnowsSender(const RoomLogItem& item) const {
    const matrix::RoomEventFilter& state = filter().room.state;
    if (!state.lazy_load_members) return true;
    return !state.include_redundant_members &&
           request_.known_members->contains(LazyMembers::KeyOf(item.room_id, item.event->sender));
  }

  // The last event of each key stands.
  void AddState(RoomDelta& room, const RoomLogItem& item) {
    std::erase_if(room.state, [&](const SyncEventPtr& other) {
      return other->type == item.event->type && other->state_key == item.event->state_key;
    });
    if (Wants(filter().room.state, item.room_id, *item.event)) room.state.push_back(item.event);
  }

  bool AddReceipt(const RoomLogItem& item) {
    const matrix::RoomEventFilter& wanted = filter().room.ephemeral;
    const storage::StoredReceipt& receipt = *item.receipt;
    if (!matrix::MatchesRoom(wanted, item.room_id) || ignored_.contains(receipt.user_id)) return true;
    if (!matrix::Matches(wanted, matrix::kReceipt, request_.user_id)) return true;
    RoomDelta& room = Room(item.room_id);
    std::erase_if(room.receipts, [&](const storage::StoredReceipt& other) {
      return other.user_id == receipt.user_id && other.receipt_type == receipt.receipt_type &&
             other.thread_id == receipt.thread_id;
    });
    room.receipts.push_back(receipt);
    return true;
  }

  void AddGlobal(const storage::StoredAccountData& entry) {
    if (!matrix::Matches(filter().account_data, entry.type, request_.user_id)) return;
    std::erase_if(delta_.account_data, [&](const auto& other) { return other.type == entry.type; });
    delta_.account_data.push_back(entry);
  }

  SyncDelta Finish(const matrix::StreamToken& upto) {
    delta_.next = upto;
    for (auto& [room_id, room] : rooms_) {
      if (!room.empty()) delta_.rooms.push_back(std::move(room));
    }
    return std::move(delta_);
  }

  const LoadRequest& request_;
  SyncDelta delta_;
  std::map<std::string, RoomDelta> rooms_;
  absl::flat_hash_set<std::string> ignored_;
};

}  // namespace

std::optional<SyncDelta> DeltaFromMemory(const News& news, const LoadRequest& request) {
  return MemoryDelta(request).Build(news);
}

}  // namespace plexus::sync
