#include "services/account/handlers/handlers.h"

#include "common/base/status_macros.h"
#include "common/json/canonical.h"
#include "common/matrix/event_types.h"
#include "services/account/domain/push_rules.h"
#include "services/account/handlers/authorise.h"
#include "services/account/handlers/edit_account_data.h"

namespace plexus::account {

PLEXUS_ACCOUNT_HANDLER(GetPushRules) {
  PLEXUS_CO_RETURN_IF_ERROR(RequireSelf(request.requester(), request.user_id()));
  const PushRuleName name{request.scope(), request.kind(), request.rule_id()};
  AccountDataKey key{request.user_id(), "", std::string(matrix::kPushRules)};
  PLEXUS_CO_ASSIGN_OR_RETURN(json::Object stored, co_await ReadAccountData(tenant, std::move(key)));
  const json::Object rules = MergePushRules(stored, request.user_id());
  PLEXUS_CO_ASSIGN_OR_RETURN(json::Value part, GetPushRulesPart(rules, name));
  v1::GetPushRulesResponse response;
  response.set_body_json(json::Serialize(part));
  co_return response;
}

}  // namespace plexus::account
