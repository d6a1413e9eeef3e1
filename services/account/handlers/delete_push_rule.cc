#include "services/account/handlers/handlers.h"

#include "common/base/status_macros.h"
#include "common/matrix/event_types.h"
#include "services/account/domain/push_rules.h"
#include "services/account/handlers/authorise.h"
#include "services/account/handlers/edit_account_data.h"

namespace plexus::account {

PLEXUS_ACCOUNT_HANDLER(DeletePushRule) {
  PLEXUS_CO_RETURN_IF_ERROR(RequireSelf(request.requester(), request.user_id()));
  const PushRuleName name{request.scope(), request.kind(), request.rule_id()};
  AccountDataKey key{request.user_id(), "", std::string(matrix::kPushRules)};
  ContentEdit remove = [user_id = request.user_id(), name](json::Object& content) -> absl::StatusOr<bool> {
    content = MergePushRules(content, user_id);
    PLEXUS_RETURN_IF_ERROR(DeleteRule(content, name));
    return true;
  };
  absl::Status edited = co_await EditAccountData(tenant, context, std::move(key), std::move(remove));
  if (!edited.ok()) co_return edited;
  v1::DeletePushRuleResponse response;
  response.set_body_json("{}");
  co_return response;
}

}  // namespace plexus::account
