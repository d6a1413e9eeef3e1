#include "services/account/handlers/handlers.h"

#include "common/json/canonical.h"

namespace plexus::account {

PLEXUS_ACCOUNT_HANDLER(WhoAmI) {
  const common::v1::Requester& requester = request.requester();
  json::Object answer{{"user_id", requester.user_id()}, {"is_guest", requester.is_guest()}};
  if (!requester.device_id().empty()) answer["device_id"] = requester.device_id();
  v1::WhoAmIResponse response;
  response.set_body_json(json::Serialize(answer));
  co_return response;
}

}  // namespace plexus::account
