#include "services/account/domain/sign_in.h"

#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/matrix_error.h"
#include "common/base/status_macros.h"
#include "common/json/access.h"
#include "common/matrix/ids.h"

namespace plexus::account {
namespace {

absl::Status CheckDeviceId(std::string_view device_id) {
  if (device_id.size() > kMaxDeviceIdBytes) return errors::InvalidParam("A device id has at most 255 bytes");
  for (char c : device_id) {
    if (absl::ascii_iscntrl(c)) return errors::InvalidParam("A device id holds no control characters");
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> NamedUser(const json::Object& body) {
  PLEXUS_ASSIGN_OR_RETURN(const json::Object* identifier, json::OptionalObject(body, "identifier"));
  if (identifier == nullptr) return json::RequireString(body, "user");
  PLEXUS_ASSIGN_OR_RETURN(std::string type, json::RequireString(*identifier, "type"));
  if (type != "m.id.user") return errors::Unknown(400, "This type of identifier is not supported");
  return json::RequireString(*identifier, "user");
}

}  // namespace

absl::StatusOr<v1::NewSession> SessionFromBody(const json::Object& body) {
  PLEXUS_ASSIGN_OR_RETURN(std::optional<std::string> device_id, json::OptionalString(body, "device_id"));
  PLEXUS_ASSIGN_OR_RETURN(std::optional<std::string> name, json::OptionalString(body, "initial_device_display_name"));
  PLEXUS_ASSIGN_OR_RETURN(std::optional<bool> refresh, json::OptionalBool(body, "refresh_token"));
  PLEXUS_RETURN_IF_ERROR(CheckDeviceId(device_id.value_or("")));
  PLEXUS_RETURN_IF_ERROR(CheckDeviceName(name.value_or("")));
  v1::NewSession session;
  session.set_device_id(device_id.value_or(""));
  session.set_initial_device_display_name(name.value_or(""));
  session.set_with_refresh_token(refresh.value_or(false));
  return session;
}

absl::Status CheckDeviceName(std::string_view display_name) {
  if (display_name.size() > kMaxDeviceNameBytes) {
    return errors::InvalidParam("The name of a device has at most 512 bytes");
  }
  return absl::OkStatus();
}

void AddTokens(json::Object& body, const v1::SessionTokens& tokens) {
  body["device_id"] = tokens.device_id();
  body["access_token"] = tokens.access_token();
  if (!tokens.refresh_token().empty()) body["refresh_token"] = tokens.refresh_token();
  if (tokens.expires_in_ms() > 0) body["expires_in_ms"] = tokens.expires_in_ms();
}

absl::StatusOr<std::string> UserFromBody(const json::Object& body, std::string_view server_name) {
  PLEXUS_ASSIGN_OR_RETURN(std::string user, NamedUser(body));
  if (absl::StartsWith(user, "@")) {
    const std::string localpart = absl::AsciiStrToLower(matrix::Localpart(user));
    return absl::StrCat("@", localpart, ":", matrix::ServerName(user));
  }
  return absl::StrCat("@", absl::AsciiStrToLower(user), ":", server_name);
}

}  // namespace plexus::account
