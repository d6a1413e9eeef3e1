// Client-Server API, "Well-known URIs"; Server-Server API, "Resolving server names".
#include "common/json/canonical.h"
#include "common/platform/config.h"
#include "gateway/routes/routes.h"

namespace plexus::gateway {
namespace {

std::optional<std::string> Client(const platform::TenantConfig& config) {
  if (config.public_base_url.empty()) return std::nullopt;
  json::Object homeserver;
  homeserver["base_url"] = config.public_base_url;
  json::Object body;
  body["m.homeserver"] = std::move(homeserver);
  return json::Serialize(body);
}

std::optional<std::string> Server(const platform::TenantConfig& config) {
  if (config.federation_address.empty()) return std::nullopt;
  json::Object body;
  body["m.server"] = config.federation_address;
  return json::Serialize(body);
}

std::optional<std::string> Support(const platform::TenantConfig& config) {
  if (config.support_json.empty()) return std::nullopt;
  return config.support_json;
}

}  // namespace

EndpointList WellKnownRoutes() {
  return {
      {"GET", "/.well-known/matrix/client", Auth::kNone, Limit::kNone, {}, {.prebuilt = Client}},
      {"GET", "/.well-known/matrix/server", Auth::kNone, Limit::kNone, {}, {.prebuilt = Server}},
      {"GET", "/.well-known/matrix/support", Auth::kNone, Limit::kNone, {}, {.prebuilt = Support}},
  };
}

}  // namespace plexus::gateway
