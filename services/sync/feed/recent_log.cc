#include "services/sync/feed/recent_log.h"

namespace plexus::sync {
namespace {

// What an item costs beside its texts: allocations, the deques' slots.
constexpr size_t kOverhead = 160;

}  // namespace

size_t RoomLogItem::bytes() const {
  return kOverhead + sizeof(RoomLogItem) + room_id.size() + redacts.size() + (event ? event->bytes() : 0) +
         (receipt ? sizeof(*receipt) + receipt->event_id.size() + receipt->user_id.size() : 0);
}

size_t UserLogItem::bytes() const {
  return kOverhead + sizeof(UserLogItem) + user_id.size() + (account_data ? account_data->json.size() + 64 : 0);
}

RoomLogItemPtr ItemOf(const common::v1::RoomLogEntry& entry) {
  auto item = std::make_shared<RoomLogItem>();
  item->position = entry.position();
  item->room_id = entry.room_id();
  if (entry.has_event()) {
    if (entry.event().soft_failed()) return nullptr;
    item->event = FromLog(entry.event(), entry.position());
    item->redacts = entry.event().redacts_event_id();
  } else if (entry.has_receipt()) {
    const common::v1::ReceiptEntry& receipt = entry.receipt();
    item->receipt = std::make_unique<storage::StoredReceipt>(
        storage::StoredReceipt{0, receipt.user_id(), receipt.receipt_type(), receipt.thread_id(), receipt.event_id(),
                               receipt.ts(), entry.position()});
  } else if (entry.has_forget()) {
    item->forgotten_by = entry.forget().user_id();
  } else {
    return nullptr;
  }
  return item;
}

UserLogItemPtr ItemOf(const common::v1::UserLogEntry& entry) {
  auto item = std::make_shared<UserLogItem>();
  item->position = entry.position();
  item->user_id = entry.user_id();
  if (entry.has_account_data()) {
    const common::v1::AccountDataEntry& data = entry.account_data();
    item->account_data = std::make_unique<storage::StoredAccountData>(
        storage::StoredAccountData{data.room_id(), data.type(), data.content_json(), entry.position()});
  } else if (!entry.has_device_list()) {
    return nullptr;
  }
  return item;
}

RecentLog::RecentLog(const std::vector<int64_t>& room_heads, const std::vector<int64_t>& user_heads, size_t max_bytes)
    : max_bytes_(max_bytes), room_(room_heads.size()), user_(user_heads.size()) {
  for (size_t i = 0; i < room_.size(); ++i) room_[i].Begin(room_heads[i]);
  for (size_t i = 0; i < user_.size(); ++i) user_[i].Begin(user_heads[i]);
}

void RecentLog::Append(int shard, RoomLogItemPtr item) {
  bytes_ += item->bytes();
  if (!item->redacts.empty()) ++redacted_[item->redacts];
  room_[static_cast<size_t>(shard)].Append(std::move(item));
  arrivals_.push_back(shard);
  Trim();
}

void RecentLog::Append(int shard, UserLogItemPtr item) {
  bytes_ += item->bytes();
  user_[static_cast<size_t>(shard)].Append(std::move(item));
  arrivals_.push_back(-1 - shard);
  Trim();
}

void RecentLog::Trim() {
  while (bytes_ > max_bytes_ && !arrivals_.empty()) {
    const int place = arrivals_.front();
    arrivals_.pop_front();
    if (place < 0) {
      bytes_ -= user_[static_cast<size_t>(-1 - place)].Drop()->bytes();
      continue;
    }
    const RoomLogItemPtr item = room_[static_cast<size_t>(place)].Drop();
    bytes_ -= item->bytes();
    auto redacted = redacted_.find(item->redacts);
    if (redacted != redacted_.end() && --redacted->second == 0) redacted_.erase(redacted);
  }
}

}  // namespace plexus::sync
