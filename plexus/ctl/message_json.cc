#include "plexus/ctl/message_json.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/util/json_util.h>

#include <functional>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/json/canonical.h"
#include "common/json/parse.h"
#include "plexus/ctl/arguments.h"

namespace plexus {
namespace {

namespace pb = google::protobuf;
using Change = std::function<void(json::Value&)>;

bool HoldsJson(const pb::FieldDescriptor& field) {
  return field.type() == pb::FieldDescriptor::TYPE_BYTES && std::string_view(field.name()).ends_with("_json");
}

void ChangeIn(json::Value& value, const pb::Descriptor& type, const Change& change);

void ChangeField(json::Value& value, const pb::FieldDescriptor& field, const Change& change) {
  if (value.is_array() && field.is_repeated()) {
    for (json::Value& item : value.as_array()) ChangeField(item, field, change);
  } else if (HoldsJson(field)) {
    change(value);
  } else if (field.message_type() != nullptr && !field.is_map()) {
    ChangeIn(value, *field.message_type(), change);
  }
}

// Applies `change` to every field of `value`, a message of that type, that holds JSON.
void ChangeIn(json::Value& value, const pb::Descriptor& type, const Change& change) {
  if (!value.is_object()) return;
  for (int i = 0; i < type.field_count(); ++i) {
    const pb::FieldDescriptor& field = *type.field(i);
    for (const std::string& name : {field.name(), field.json_name()}) {
      json::Value* member = value.as_object().if_contains(name);
      if (member != nullptr) ChangeField(*member, field, change);
      if (field.name() == field.json_name()) break;
    }
  }
}

// A text is taken for base64, as Protocol Buffers have it.
void Fold(json::Value& value) {
  if (value.is_object() || value.is_array()) value = absl::Base64Escape(json::Serialize(value));
}

void Unfold(json::Value& value) {
  std::string bytes;
  if (!value.is_string() || !absl::Base64Unescape(json::View(value.as_string()), &bytes)) return;
  if (absl::StatusOr<json::Value> parsed = json::Parse(bytes); parsed.ok()) value = *std::move(parsed);
}

}  // namespace

absl::Status MessageFromJson(const std::string& text, pb::Message& message) {
  absl::StatusOr<json::Object> object = json::ParseObjectOrEmpty(text);
  if (!object.ok()) return UsageError(absl::StrCat("the request is not a JSON object: ", object.status().message()));
  json::Value value(*std::move(object));
  ChangeIn(value, *message.GetDescriptor(), Fold);
  const auto status = pb::util::JsonStringToMessage(json::Serialize(value), &message);
  if (status.ok()) return absl::OkStatus();
  return UsageError(absl::StrCat("the request is not a ", message.GetTypeName(), ": ", std::string(status.message()),
                                 "; `plexusctl describe` shows its fields"));
}

absl::StatusOr<std::string> MessageToJson(const pb::Message& message) {
  pb::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  std::string text;
  const auto status = pb::util::MessageToJsonString(message, &text, options);
  if (!status.ok()) return absl::InternalError(std::string(status.message()));
  PLEXUS_ASSIGN_OR_RETURN(json::Value value, json::Parse(text));
  ChangeIn(value, *message.GetDescriptor(), Unfold);
  return json::Serialize(value);
}

}  // namespace plexus
