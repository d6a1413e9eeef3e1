// Client-Server API, "API Versions", "Capabilities negotiation", "Voice over IP".
#include "common/json/canonical.h"
#include "common/matrix/room_version.h"
#include "common/platform/config.h"
#include "gateway/routes/routes.h"
#include "plexus/account/v1/account_service.rpc.h"

namespace plexus::gateway {

using account::v1::AccountService;

namespace {

constexpr std::string_view kOldVersion = "r0.6.1";  // the last whose paths begin with r0
constexpr int kLastMinor = 19;                      // v1.1 to v1.19

std::optional<std::string> Versions(const platform::TenantConfig&) {
  json::Array versions = {kOldVersion};
  for (int minor = 1; minor <= kLastMinor; ++minor) versions.emplace_back("v1." + std::to_string(minor));
  json::Object body;
  body["versions"] = std::move(versions);
  body["unstable_features"] = json::Object();
  return json::Serialize(body);
}

json::Object Enabled(bool enabled) {
  json::Object capability;
  capability["enabled"] = enabled;
  return capability;
}

json::Object RoomVersions(const platform::TenantConfig& config) {
  json::Object available;
  for (const matrix::RoomVersion& version : matrix::SupportedRoomVersions()) {
    if (version.creatable) available[version.id] = version.stable ? "stable" : "unstable";
  }
  json::Object capability;
  capability["default"] =
      config.default_room_version.empty() ? matrix::kDefaultRoomVersion : std::string_view(config.default_room_version);
  capability["available"] = std::move(available);
  return capability;
}

std::optional<std::string> Capabilities(const platform::TenantConfig& config) {
  json::Object capabilities;
  capabilities["m.change_password"] = Enabled(false);
  capabilities["m.room_versions"] = RoomVersions(config);
  capabilities["m.set_displayname"] = Enabled(true);
  capabilities["m.set_avatar_url"] = Enabled(true);
  capabilities["m.profile_fields"] = Enabled(true);
  capabilities["m.3pid_changes"] = Enabled(false);
  capabilities["m.get_login_token"] = Enabled(true);
  json::Object body;
  body["capabilities"] = std::move(capabilities);
  return json::Serialize(body);
}

}  // namespace

EndpointList MetaRoutes() {
  return {
      {"GET", "/_matrix/client/versions", Auth::kNone, Limit::kNone, {}, {.prebuilt = Versions}},
      {"GET", "/_matrix/client/v3/capabilities", Auth::kUser, Limit::kRequest, {}, {.prebuilt = Capabilities}},
      {"GET", "/_matrix/client/v3/voip/turnServer", Auth::kUser, Limit::kRequest, To(AccountService::GetTurnServer)},
  };
}

}  // namespace plexus::gateway
