// The optional `thread_id` of receipts. Client-Server API, "Threaded read receipts".
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "common/json/value.h"

namespace plexus::room {

// Empty if the body has none. 400 M_INVALID_PARAM if it is not "main" or an event id, or if receipts of `receipt_type`
// have none.
absl::StatusOr<std::string> ThreadIdOf(const json::Object& body, std::string_view receipt_type);

}  // namespace plexus::room
