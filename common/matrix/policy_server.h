// Whether a room's policy server recommends an event. Server-Server API, "Policy Servers".
#pragma once

#include <optional>
#include <string>

#include "absl/functional/function_ref.h"
#include "common/matrix/event.h"

namespace plexus::matrix {

struct PolicyServer {
  std::string name;        // of the server
  std::string public_key;  // 32 bytes
};

// The policy server that the room's current m.room.policy, which may be null, names; nothing if the room uses none.
// `has_joined_user` tells whether a user of that server is joined to the room now.
std::optional<PolicyServer> PolicyServerOf(const Event* policy,
                                           absl::FunctionRef<bool(std::string_view)> has_joined_user);

// Whether the event bears the policy server's signature or needs none. One that is not recommended is soft-failed if it
// comes from elsewhere, and not sent if it is ours.
bool IsRecommended(const Event& event, const PolicyServer& server);

}  // namespace plexus::matrix
