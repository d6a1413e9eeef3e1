#include "services/account/domain/shared_secret.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/base/random.h"
#include "common/base/status_macros.h"
#include "common/json/access.h"
#include "services/account/domain/digest.h"

namespace plexus::account {

absl::StatusOr<SharedSecretRequest> ParseSharedSecretRequest(const json::Object& body) {
  SharedSecretRequest request;
  PLEXUS_ASSIGN_OR_RETURN(request.nonce, json::RequireString(body, "nonce"));
  PLEXUS_ASSIGN_OR_RETURN(request.username, json::RequireString(body, "username"));
  PLEXUS_ASSIGN_OR_RETURN(request.password, json::RequireString(body, "password"));
  PLEXUS_ASSIGN_OR_RETURN(request.mac, json::RequireString(body, "mac"));
  PLEXUS_ASSIGN_OR_RETURN(std::optional<std::string> display_name, json::OptionalString(body, "displayname"));
  PLEXUS_ASSIGN_OR_RETURN(std::optional<std::string> user_type, json::OptionalString(body, "user_type"));
  PLEXUS_ASSIGN_OR_RETURN(std::optional<bool> is_admin, json::OptionalBool(body, "admin"));
  request.display_name = display_name.value_or("");
  request.user_type = user_type.value_or("");
  request.is_admin = is_admin.value_or(false);
  return request;
}

bool MacMatches(const SharedSecretRequest& request, std::string_view shared_secret) {
  const std::string_view nul("\0", 1);
  std::string text = absl::StrCat(request.nonce, nul, request.username, nul, request.password, nul,
                                  request.is_admin ? "admin" : "notadmin");
  if (!request.user_type.empty()) absl::StrAppend(&text, nul, request.user_type);
  return ConstantTimeEquals(HexEncode(HmacSha1(shared_secret, text)), absl::AsciiStrToLower(request.mac));
}

}  // namespace plexus::account
