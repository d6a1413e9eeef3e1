#include "absl/strings/str_cat.h"
#include "common/json/canonical.h"
#include "common/json/parse.h"
#include "services/sync/domain/pdu_text.h"
#include "services/sync/domain/render.h"

namespace plexus::sync {
namespace {

bool IsOwnTransaction(const SyncEvent& event, const RenderOptions& options) {
  return !event.transaction_id.empty() && event.sender == options.user_id && event.sender_device == options.device_id;
}

void AppendUnsigned(std::string& out, const TimelineEvent& item, const RenderOptions& options) {
  const SyncEvent& event = *item.event;
  absl::StrAppend(&out, "{\"age\":", options.now_ms - event.origin_server_ts);
  if (item.membership) absl::StrAppend(&out, ",\"membership\":\"", matrix::ToString(*item.membership), "\"");
  if (IsOwnTransaction(event, options)) {
    out += ",\"transaction_id\":";
    json::AppendString(out, event.transaction_id);
  }
  if (!event.replaces_state.empty()) {
    out += ",\"replaces_state\":";
    json::AppendString(out, event.replaces_state);
  }
  if (!event.prev_content.empty()) absl::StrAppend(&out, ",\"prev_content\":", event.prev_content);
  if (!event.redacted_because.empty()) absl::StrAppend(&out, ",\"redacted_because\":", event.redacted_because);
  if (!event.passed_on.empty()) absl::StrAppend(&out, ",", event.passed_on);
  out += '}';
}

// The PDU as it is, with its id and our `unsigned`.
void AppendPdu(std::string& out, const TimelineEvent& item, const RenderOptions& options) {
  out += "{\"event_id\":";
  json::AppendString(out, item.event->event_id);
  ForEachMember(item.event->pdu, [&](std::string_view key, std::string_view value) {
    if (key != "unsigned" && key != "event_id") absl::StrAppend(&out, ",\"", key, "\":", value);
  });
  out += ",\"unsigned\":";
  AppendUnsigned(out, item, options);
  out += '}';
}

void AppendWhole(std::string& out, const TimelineEvent& item, const RenderOptions& options) {
  if (options.filter->federation_format) return AppendPdu(out, item, options);
  absl::StrAppend(&out, item.event->text, ",\"unsigned\":");
  AppendUnsigned(out, item, options);
  out += '}';
}

}  // namespace

void AppendEvent(std::string& out, const TimelineEvent& event, const RenderOptions& options) {
  if (!options.filter->event_fields) return AppendWhole(out, event, options);
  std::string whole;
  AppendWhole(whole, event, options);
  absl::StatusOr<json::Object> object = json::ParseObject(whole, {.max_depth = json::kMaxDepth});
  if (object.ok()) json::AppendSerialized(out, matrix::SelectFields(*object, options.filter->event_fields));
  if (!object.ok()) out += "{}";
}

}  // namespace plexus::sync
