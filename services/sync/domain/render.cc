#include "services/sync/domain/render.h"

#include <map>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "common/json/canonical.h"
#include "services/sync/domain/pdu_text.h"

namespace plexus::sync {
namespace {

using matrix::StreamToken;
using storage::StoredAccountData;
using storage::StoredReceipt;

// Puts commas between what is appended.
class Separator {
 public:
  explicit Separator(std::string& out) : out_(out) {}
  std::string& Next() {
    if (!first_) out_ += ',';
    first_ = false;
    return out_;
  }

 private:
  std::string& out_;
  bool first_ = true;
};

void AppendKey(std::string& out, std::string_view key) {
  json::AppendString(out, key);
  out += ':';
}

void AppendStrings(std::string& out, const std::vector<std::string>& strings) {
  out += '[';
  Separator items(out);
  for (const std::string& text : strings) json::AppendString(items.Next(), text);
  out += ']';
}

void AppendAccountData(std::string& out, const std::vector<StoredAccountData>& entries) {
  out += "{\"events\":[";
  Separator items(out);
  for (const StoredAccountData& entry : entries) {
    items.Next() += "{\"type\":";
    json::AppendString(out, entry.type);
    absl::StrAppend(&out, ",\"content\":", entry.json, "}");
  }
  out += "]}";
}

// {"events":[…]} of state events.
void AppendState(std::string& out, const std::vector<SyncEventPtr>& state, const RenderOptions& options) {
  out += "{\"events\":[";
  Separator items(out);
  for (const SyncEventPtr& event : state) AppendEvent(items.Next(), {event, std::nullopt}, options);
  out += "]}";
}

void AppendStripped(std::string& out, const RoomDelta& room) {
  out += "{\"events\":[";
  Separator items(out);
  for (const SyncEventPtr& event : room.state) {
    items.Next() += '{';
    Separator members(out);
    for (std::string_view key : {"type", "state_key", "sender", "content"}) {
      absl::StrAppend(&members.Next(), "\"", key, "\":", FindMember(event->pdu, key));
    }
    out += '}';
  }
  out += "]}";
}

void AppendTimeline(std::string& out, const RoomDelta& room, const std::string& next, const RenderOptions& options) {
  out += "{\"events\":[";
  Separator items(out);
  for (const TimelineEvent& event : room.timeline) AppendEvent(items.Next(), event, options);
  absl::StrAppend(&out, "],\"limited\":", room.limited ? "true" : "false", ",\"prev_batch\":");
  json::AppendString(out, room.prev_batch.empty() ? next : room.prev_batch);
  out += '}';
}

void AppendReceipt(std::string& out, const StoredReceipt& receipt) {
  AppendKey(out, receipt.user_id);
  absl::StrAppend(&out, "{\"ts\":", receipt.ts);
  if (!receipt.thread_id.empty()) {
    out += ",\"thread_id\":";
    json::AppendString(out, receipt.thread_id);
  }
  out += '}';
}

// Event id -> type -> user id. One user may have receipts of several threads on one event: the last one stands, and
// the others go into an event of their own.
using ReceiptTree =
    std::map<std::string_view, std::map<std::string_view, std::map<std::string_view, const StoredReceipt*>>>;

void AppendReceiptTree(std::string& out, const ReceiptTree& tree) {
  out += "{\"type\":\"m.receipt\",\"content\":{";
  Separator events(out);
  for (const auto& [event_id, types] : tree) {
    AppendKey(events.Next(), event_id);
    out += '{';
    Separator kinds(out);
    for (const auto& [type, users] : types) {
      AppendKey(kinds.Next(), type);
      out += '{';
      Separator receipts(out);
      for (const auto& [user, receipt] : users) AppendReceipt(receipts.Next(), *receipt);
      out += '}';
    }
    out += '}';
  }
  out += "}}";
}

void AppendReceipts(Separator& items, std::string& out, const std::vector<StoredReceipt>& receipts) {
  std::vector<ReceiptTree> trees;
  for (const StoredReceipt& receipt : receipts) {
    size_t tree = 0;
    for (;; ++tree) {
      if (tree == trees.size()) trees.emplace_back();
      auto& slot = trees[tree][receipt.event_id][receipt.receipt_type][receipt.user_id];
      if (slot == nullptr) {
        slot = &receipt;
        break;
      }
    }
  }
  for (const ReceiptTree& tree : trees) {
    items.Next();
    AppendReceiptTree(out, tree);
  }
}

void AppendEphemeral(std::string& out, const RoomDelta& room) {
  out += "{\"events\":[";
  Separator items(out);
  if (room.typing) {
    items.Next() += "{\"type\":\"m.typing\",\"content\":{\"user_ids\":";
    AppendStrings(out, *room.typing);
    out += "}}";
  }
  AppendReceipts(items, out, room.receipts);
  out += "]}";
}

void AppendSummary(std::string& out, const RoomDelta& room) {
  out += "\"summary\":{";
  if (room.summary) {
    out += "\"m.heroes\":";
    AppendStrings(out, room.summary->heroes);
    absl::StrAppend(&out, ",\"m.joined_member_count\":", room.summary->joined,
                    ",\"m.invited_member_count\":", room.summary->invited);
  }
  out += '}';
}

void AppendShown(std::string& out, const RoomDelta& room, const std::string& next, const RenderOptions& options) {
  out += "{\"timeline\":";
  AppendTimeline(out, room, next, options);
  out += options.state_after ? ",\"state_after\":" : ",\"state\":";
  AppendState(out, room.state, options);
  out += ",\"account_data\":";
  AppendAccountData(out, room.account_data);
  if (room.section == Section::kJoin) {
    out += ",\"ephemeral\":";
    AppendEphemeral(out, room);
    out += ',';
    AppendSummary(out, room);
    out += ",\"unread_notifications\":{\"notification_count\":0,\"highlight_count\":0}";
    if (options.filter->room.timeline.unread_thread_notifications) out += ",\"unread_thread_notifications\":{}";
  }
  out += '}';
}

void AppendRoom(std::string& out, const RoomDelta& room, const std::string& next, const RenderOptions& options) {
  AppendKey(out, room.room_id);
  switch (room.section) {
    case Section::kInvite: out += "{\"invite_state\":"; break;
    case Section::kKnock: out += "{\"knock_state\":"; break;
    default: return AppendShown(out, room, next, options);
  }
  AppendStripped(out, room);
  out += '}';
}

void AppendSection(std::string& out, std::string_view name, Section section, const SyncDelta& delta,
                   const std::string& next, const RenderOptions& options) {
  AppendKey(out, name);
  out += '{';
  Separator rooms(out);
  for (const RoomDelta& room : delta.rooms) {
    if (room.section == section) AppendRoom(rooms.Next(), room, next, options);
  }
  out += '}';
}

size_t EstimatedBytes(const SyncDelta& delta) {
  constexpr size_t kFrame = 600;  // of a room, and of the answer
  constexpr size_t kPerEvent = 120;
  size_t bytes = kFrame;
  for (const RoomDelta& room : delta.rooms) {
    bytes += kFrame + 120 * room.receipts.size();
    for (const TimelineEvent& event : room.timeline) bytes += event.event->text.size() + kPerEvent;
    for (const SyncEventPtr& event : room.state) bytes += event->text.size() + kPerEvent;
  }
  return bytes;
}

}  // namespace

std::string RenderSync(const SyncDelta& delta, const RenderOptions& options) {
  const std::string next = matrix::EncodeStreamToken(delta.next);
  std::string out;
  out.reserve(EstimatedBytes(delta));
  out += "{\"next_batch\":";
  json::AppendString(out, next);
  out += ",\"rooms\":{";
  AppendSection(out, "join", Section::kJoin, delta, next, options);
  AppendSection(out += ',', "invite", Section::kInvite, delta, next, options);
  AppendSection(out += ',', "knock", Section::kKnock, delta, next, options);
  AppendSection(out += ',', "leave", Section::kLeave, delta, next, options);
  out += "},\"account_data\":";
  AppendAccountData(out, delta.account_data);
  out += ",\"presence\":{\"events\":[]},\"to_device\":{\"events\":[]},\"device_lists\":{\"changed\":";
  AppendStrings(out, delta.devices_changed);
  out += ",\"left\":";
  AppendStrings(out, delta.devices_left);
  out += "},\"device_one_time_keys_count\":{},\"device_unused_fallback_key_types\":[]}";
  return out;
}

}  // namespace plexus::sync
