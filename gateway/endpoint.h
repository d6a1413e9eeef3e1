// The rows of the gateway's table: what an HTTP endpoint is.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "common/rpc/method.h"

namespace plexus::platform {
struct TenantConfig;
}

namespace plexus::gateway {

using google::protobuf::Message;
struct Inputs;

// Who may call.
enum class Auth {
  kNone,   // anybody; a token is not looked at
  kUser,   // users, but no guests
  kGuest,  // users and guests
};

// Which of the tenant's limits a request counts against, and by what.
enum class Limit {
  kNone,          // prebuilt answers
  kRequest,       // by user, or by address where there is none
  kMessage,       // by user
  kJoin,          // by user
  kLogin,         // by address, and by the user whom the body names
  kRegistration,  // by address
};

// What the request's body must be. A JSON object always goes to the RPC as the client wrote it.
enum class Body {
  kNone,      // ignored
  kOptional,  // a JSON object, or nothing, which counts as {}
  kRequired,  // a JSON object
};

// The largest bodies. What an event may hold is the persister's to say: 65,536 bytes as a PDU.
inline constexpr size_t kJsonBody = 256 * 1024;
inline constexpr size_t kLargeJsonBody = 1024 * 1024;  // lists of events or devices
inline constexpr size_t kIgnoredBody = 64 * 1024;      // where no body is expected

// Sets fields of the RPC's request that do not come from a path, query or body of the same name.
using BindFunction = absl::Status (*)(const Inputs& inputs, Message& request);
// The HTTP body for an RPC's answer without `body_json`.
using RenderFunction = std::string (*)(const Message& response);
// An answer that depends on the tenant's configuration alone; nullopt if the tenant has none (404 M_NOT_FOUND).
using PrebuiltFunction = std::optional<std::string> (*)(const platform::TenantConfig& config);
// An answer that needs no RPC.
using StoppedFunction = std::optional<std::string> (*)(const Inputs& inputs);
// Moves `body_json` out of an RPC's answer.
using TakeBodyFunction = std::string (*)(Message& response);

// The RPC behind an endpoint.
struct Target {
  std::string_view method;  // full name; empty for prebuilt answers
  TakeBodyFunction take_body = nullptr;
};

template <typename Req, typename Res>
constexpr Target To(const rpc::Method<Req, Res>& method) {
  Target target{method.full_name};
  if constexpr (requires(Res & response) { response.mutable_body_json(); }) {
    target.take_body = [](Message& response) { return std::move(*static_cast<Res&>(response).mutable_body_json()); };
  }
  return target;
}

// What is not the same for most endpoints.
struct Traits {
  Body body = Body::kNone;
  size_t max_body = kJsonBody;
  std::vector<std::string_view> query = {};  // the parameters that bind to fields; no others do
  BindFunction bind = nullptr;
  RenderFunction render = nullptr;  // where the RPC's answer has no body_json; null: "{}"
  PrebuiltFunction prebuilt = nullptr;
  bool waits = false;  // may take as long as its query parameter `timeout`; ends when the client goes away
  // What one that waits is answered when this copy stops meanwhile; nullopt, or null, for 503.
  StoppedFunction when_stopped = nullptr;
  bool for_locked_users = false;   // Client-Server API, "Account locking"
  bool suspended_may_not = false;  // Client-Server API, "Account suspension"
};

// One row. In `path`, {name} is a non-empty segment that binds to the request's field `name`; {name?}, last, may also
// be empty or missing; a pattern that ends in '/' matches without it too. Paths under /_matrix/client/v3/ are also
// served under r0.
struct Endpoint {
  std::string_view method;
  std::string_view path;
  Auth auth;
  Limit limit;
  Target target;
  Traits traits = {};
};

using EndpointList = std::vector<Endpoint>;

}  // namespace plexus::gateway
