#include "common/matrix/client_event.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/json/access.h"
#include "common/json/canonical.h"
#include "common/json/parse.h"

namespace plexus::matrix {
namespace {

// Of the `unsigned` that another server sent, what clients need; all else could pretend to come from us.
constexpr std::string_view kPassedOn[] = {"invite_room_state", "knock_room_state"};

// Writes an object, member by member, in the order that they come.
class ObjectWriter {
 public:
  explicit ObjectWriter(std::string& out) : out_(out) {}

  std::string& Key(std::string_view key) {
    out_ += std::exchange(separator_, ',');
    json::AppendString(out_, key);
    out_ += ':';
    return out_;
  }
  void String(std::string_view key, std::string_view value) { json::AppendString(Key(key), value); }
  void Int(std::string_view key, int64_t value) { absl::StrAppend(&Key(key), value); }
  void Json(std::string_view key, const json::Object& value) { json::AppendSerialized(Key(key), value); }
  void Json(std::string_view key, const json::Value& value) { json::AppendSerialized(Key(key), value); }
  bool empty() const { return separator_ == '{'; }
  void Close() { out_ += empty() ? "{}" : "}"; }

 private:
  std::string& out_;
  char separator_ = '{';
};

// The content, with `redacts` in it if this is a redaction of an older room version.
void WriteContent(ObjectWriter& writer, const Event& event) {
  std::optional<std::string_view> redacts = event.redacts();
  if (!redacts || event.version().redacts_in_content) return writer.Json("content", event.content());
  ObjectWriter content(writer.Key("content"));
  for (const auto& member : event.content()) {
    if (json::Key(member) != "redacts") content.Json(json::Key(member), member.value());
  }
  content.String("redacts", *redacts);
  content.Close();
}

void WriteRedactedBecause(ObjectWriter& writer, const Event& redaction, const ClientEventOptions& options) {
  ClientEventOptions inner;
  inner.include_room_id = options.include_room_id;
  inner.now_ms = options.now_ms;
  AppendClientEvent(writer.Key("redacted_because"), redaction, inner);
}

void WriteUnsigned(ObjectWriter& writer, const Event& event, const ClientEventOptions& options) {
  if (options.now_ms) writer.Int("age", *options.now_ms - event.origin_server_ts());
  if (!options.transaction_id.empty()) writer.String("transaction_id", options.transaction_id);
  if (options.membership) writer.String("membership", ToString(*options.membership));
  if (!options.replaces_state.empty()) writer.String("replaces_state", options.replaces_state);
  if (options.prev_content != nullptr) writer.Json("prev_content", *options.prev_content);
  if (options.redacted_because != nullptr) WriteRedactedBecause(writer, *options.redacted_because, options);
  if (options.relations != nullptr) writer.Json("m.relations", *options.relations);
  if (event.unsigned_data() == nullptr) return;
  for (std::string_view key : kPassedOn) {
    if (const json::Value* value = json::Find(*event.unsigned_data(), key)) writer.Json(key, *value);
  }
}

}  // namespace

void AppendClientEvent(std::string& out, const Event& event, const ClientEventOptions& options) {
  ObjectWriter writer(out);
  writer.String("type", event.type());
  if (event.state_key()) writer.String("state_key", *event.state_key());
  writer.String("sender", event.sender());
  WriteContent(writer, event);
  writer.String("event_id", event.event_id());
  if (options.include_room_id) writer.String("room_id", event.room_id());
  writer.Int("origin_server_ts", event.origin_server_ts());
  if (event.redacts()) writer.String("redacts", *event.redacts());
  std::string unsigned_text;
  ObjectWriter unsigned_writer(unsigned_text);
  WriteUnsigned(unsigned_writer, event, options);
  if (!unsigned_writer.empty()) {
    unsigned_writer.Close();
    writer.Key("unsigned") += unsigned_text;
  }
  writer.Close();
}

json::Object ClientEvent(const Event& event, const ClientEventOptions& options) {
  std::string text;
  AppendClientEvent(text, event, options);
  // Our own output: it parses.
  return json::ParseObject(text, {.max_depth = json::kMaxDepth}).value();
}

json::Object StrippedStateEvent(const Event& event) {
  json::Object stripped;
  stripped["type"] = event.type();
  stripped["state_key"] = event.state_key().value_or("");
  stripped["sender"] = event.sender();
  stripped["content"] = event.content();
  return stripped;
}

}  // namespace plexus::matrix
