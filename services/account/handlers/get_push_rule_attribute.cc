#include "services/account/handlers/handlers.h"

#include "common/base/status_macros.h"
#include "common/json/canonical.h"
#include "common/matrix/event_types.h"
#include "services/account/domain/push_rules.h"
#include "services/account/handlers/authorise.h"
#include "services/account/handlers/edit_account_data.h"

namespace plexus::account {

PLEXUS_ACCOUNT_HANDLER(GetPushRuleAttribute) {
  PLEXUS_CO_RETURN_IF_ERROR(RequireSelf(request.requester(), request.user_id()));
  const PushRuleName name{request.scope(), request.kind(), request.rule_id()};
  AccountDataKey key{request.user_id(), "", std::string(matrix::kPushRules)};
  PLEXUS_CO_ASSIGN_OR_RETURN(json::Object stored, co_await ReadAccountData(tenant, std::move(key)));
  const json::Object rules = MergePushRules(stored, request.user_id());
  PLEXUS_CO_ASSIGN_OR_RETURN(json::Object attribute, GetRuleAttribute(rules, name, request.attribute()));
  v1::GetPushRuleAttributeResponse response;
  response.set_body_json(json::Serialize(attribute));
  co_return response;
}

}  // namespace plexus::account
