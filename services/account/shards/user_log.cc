#include "services/account/shards/user_log.h"

#include "common/json/canonical.h"
#include "services/account/storage/device_list_changes.h"

namespace plexus::account {
namespace {

absl::Status Overflow() { return absl::InternalError("a write appended more log entries than it has announced"); }

}  // namespace

UserLog::UserLog(storage::Transaction& transaction, int shard, int64_t first, int entries)
    : transaction_(transaction), shard_(shard) {
  batch_.set_first_position(first);
  batch_.set_last_position(first + entries - 1);
}

absl::Status UserLog::SetAccountData(const AccountDataKey& key, const json::Object& content) {
  common::v1::UserLogEntry* entry = Append(key.user_id);
  if (entry == nullptr) return Overflow();
  const std::string text = json::Serialize(content);
  entry->mutable_account_data()->set_room_id(key.room_id);
  entry->mutable_account_data()->set_type(key.type);
  entry->mutable_account_data()->set_content_json(text);
  return StoreAccountData(transaction_, key, text, shard_, entry->position());
}

absl::Status UserLog::ChangeDevice(const std::string& user_id, const std::string& device_id, bool deleted) {
  common::v1::UserLogEntry* entry = Append(user_id);
  if (entry == nullptr) return Overflow();
  entry->mutable_device_list()->set_device_id(device_id);
  entry->mutable_device_list()->set_deleted(deleted);
  return StoreDeviceListChange(transaction_, user_id, device_id, deleted, shard_, entry->position());
}

common::v1::UserLogEntry* UserLog::Append(const std::string& user_id) {
  const int64_t position = batch_.first_position() + batch_.entries_size();
  if (position > batch_.last_position()) return nullptr;
  common::v1::UserLogEntry* entry = batch_.add_entries();
  entry->set_position(position);
  entry->set_user_id(user_id);
  return entry;
}

}  // namespace plexus::account
