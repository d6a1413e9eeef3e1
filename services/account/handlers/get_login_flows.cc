#include "services/account/handlers/handlers.h"

namespace plexus::account {

PLEXUS_ACCOUNT_HANDLER(GetLoginFlows) {
  v1::GetLoginFlowsResponse response;
  response.set_body_json(R"({"flows":[{"type":"m.login.password"},{"type":"m.login.token","get_login_token":true}]})");
  co_return response;
}

}  // namespace plexus::account
