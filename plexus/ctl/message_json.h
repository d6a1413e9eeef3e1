// Messages as JSON that a person writes and reads. Bytes fields that hold JSON (`body_json`) stand as the JSON that
// they hold, where Protocol Buffers would show base64.
#pragma once

#include <google/protobuf/message.h>

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace plexus {

// Fills `message`, whose fields may be named either way. UsageError says what is wrong with `text`.
absl::Status MessageFromJson(const std::string& text, google::protobuf::Message& message);

// Compact, with the names of the .proto.
absl::StatusOr<std::string> MessageToJson(const google::protobuf::Message& message);

}  // namespace plexus
