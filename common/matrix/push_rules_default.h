// Client-Server API, "Push notifications", "Predefined Rules" (v1.19).
#pragma once

#include <string_view>

#include "common/json/value.h"

namespace plexus::matrix {

// The server-default rules of a user: {"override", "content", "room", "sender", "underride"}, each rule complete with
// `default` and `enabled`, in order of priority.
json::Object DefaultPushRules(std::string_view user_id);

}  // namespace plexus::matrix
