#include "services/account/handlers/handlers.h"

#include "common/base/status_macros.h"
#include "common/json/parse.h"
#include "common/matrix/event_types.h"
#include "services/account/domain/push_rules.h"
#include "services/account/handlers/authorise.h"
#include "services/account/handlers/edit_account_data.h"

namespace plexus::account {

PLEXUS_ACCOUNT_HANDLER(SetPushRuleAttribute) {
  PLEXUS_CO_RETURN_IF_ERROR(RequireSelf(request.requester(), request.user_id()));
  PLEXUS_CO_ASSIGN_OR_RETURN(json::Object body, json::ParseObject(request.body_json()));
  const PushRuleName name{request.scope(), request.kind(), request.rule_id()};
  AccountDataKey key{request.user_id(), "", std::string(matrix::kPushRules)};
  ContentEdit set = [request, name, body = std::move(body)](json::Object& content) -> absl::StatusOr<bool> {
    content = MergePushRules(content, request.user_id());
    PLEXUS_RETURN_IF_ERROR(SetRuleAttribute(content, name, request.attribute(), body));
    return true;
  };
  absl::Status edited = co_await EditAccountData(tenant, context, std::move(key), std::move(set));
  if (!edited.ok()) co_return edited;
  v1::SetPushRuleAttributeResponse response;
  response.set_body_json("{}");
  co_return response;
}

}  // namespace plexus::account
