// Client-Server API, "Syncing".
#include <algorithm>

#include "common/base/matrix_error.h"
#include "common/json/canonical.h"
#include "gateway/binding/inputs.h"
#include "gateway/request_handler.h"
#include "gateway/routes/routes.h"
#include "plexus/sync/v1/sync_service.rpc.h"

namespace plexus::gateway {

using sync::v1::SyncRequest;
using sync::v1::SyncService;

namespace {

absl::Status BindSync(const Inputs&, Message& message) {
  auto& request = static_cast<SyncRequest&>(message);
  const std::string& presence = request.set_presence();
  if (!presence.empty() && presence != "online" && presence != "offline" && presence != "unavailable") {
    return errors::InvalidParam("The query parameter set_presence must be online, offline or unavailable");
  }
  request.set_timeout(std::min(request.timeout(), kLongestWaitMs));
  return absl::OkStatus();
}

// A client that waits for news when this copy stops is told that there were none, and asks another copy.
std::optional<std::string> NoNews(const Inputs& inputs) {
  const std::optional<std::string_view> since = inputs.query.Get("since");
  if (!since || since->empty() || inputs.query.Get("full_state") == "true") return std::nullopt;
  std::string body = R"({"next_batch":)";
  json::AppendString(body, *since);
  return body += '}';
}

}  // namespace

EndpointList SyncRoutes() {
  return {
      {"GET",
       "/_matrix/client/v3/sync",
       Auth::kGuest,
       Limit::kRequest,
       To(SyncService::Sync),
       {.query = {"since", "timeout", "filter", "full_state", "set_presence", "use_state_after"},
        .bind = BindSync,
        .waits = true,
        .when_stopped = NoNews}},
  };
}

}  // namespace plexus::gateway
