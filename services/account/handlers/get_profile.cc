#include "services/account/handlers/handlers.h"

#include "common/base/matrix_error.h"
#include "common/base/status_macros.h"
#include "common/json/canonical.h"
#include "services/account/storage/profiles.h"

namespace plexus::account {

PLEXUS_ACCOUNT_HANDLER(GetProfile) {
  auto read = [user_id = request.user_id()](storage::Session& session) { return FindProfile(session, user_id); };
  PLEXUS_CO_ASSIGN_OR_RETURN(std::optional<Profile> profile, co_await tenant.Run(std::move(read)));
  if (!profile) co_return errors::NotFound("Profile not found");
  std::optional<json::Object> body = ProfileBody(*profile);
  if (!request.key_name().empty()) body = ProfileFieldBody(*profile, request.key_name());
  if (!body) co_return errors::NotFound("The profile has no such field");
  v1::GetProfileResponse response;
  response.set_body_json(json::Serialize(*body));
  co_return response;
}

}  // namespace plexus::account
