// Client-Server API, "Push Rules: API". The only scope is `global`.
#include "gateway/binding/inputs.h"
#include "gateway/routes/routes.h"
#include "plexus/account/v1/account_service.rpc.h"

namespace plexus::gateway {

using account::v1::AccountService;

namespace {

template <typename Request>
absl::Status BindGlobal(const Inputs&, Message& message) {
  static_cast<Request&>(message).set_scope("global");
  return absl::OkStatus();
}

// The attribute stands last in the path, where no variable is.
template <typename Request>
absl::Status BindAttribute(const Inputs& inputs, Message& message) {
  auto& request = static_cast<Request&>(message);
  request.set_scope("global");
  const std::string_view path = inputs.request.path();
  request.set_attribute(std::string(path.substr(path.rfind('/') + 1)));
  return absl::OkStatus();
}

constexpr auto kGet = BindGlobal<account::v1::GetPushRulesRequest>;
constexpr auto kGetAttribute = BindAttribute<account::v1::GetPushRuleAttributeRequest>;
constexpr auto kSetAttribute = BindAttribute<account::v1::SetPushRuleAttributeRequest>;

}  // namespace

EndpointList PushRuleRoutes() {
  return {
      {"GET", "/_matrix/client/v3/pushrules/", Auth::kUser, Limit::kRequest, To(AccountService::GetPushRules)},
      {"GET",
       "/_matrix/client/v3/pushrules/global/",
       Auth::kUser,
       Limit::kRequest,
       To(AccountService::GetPushRules),
       {.bind = kGet}},
      {"GET",
       "/_matrix/client/v3/pushrules/global/{kind}/",
       Auth::kUser,
       Limit::kRequest,
       To(AccountService::GetPushRules),
       {.bind = kGet}},
      {"GET",
       "/_matrix/client/v3/pushrules/global/{kind}/{rule_id}",
       Auth::kUser,
       Limit::kRequest,
       To(AccountService::GetPushRules),
       {.bind = kGet}},
      {"PUT",
       "/_matrix/client/v3/pushrules/global/{kind}/{rule_id}",
       Auth::kUser,
       Limit::kRequest,
       To(AccountService::PutPushRule),
       {.body = Body::kRequired, .query = {"before", "after"}, .bind = BindGlobal<account::v1::PutPushRuleRequest>}},
      {"DELETE",
       "/_matrix/client/v3/pushrules/global/{kind}/{rule_id}",
       Auth::kUser,
       Limit::kRequest,
       To(AccountService::DeletePushRule),
       {.bind = BindGlobal<account::v1::DeletePushRuleRequest>}},
      {"GET",
       "/_matrix/client/v3/pushrules/global/{kind}/{rule_id}/enabled",
       Auth::kUser,
       Limit::kRequest,
       To(AccountService::GetPushRuleAttribute),
       {.bind = kGetAttribute}},
      {"PUT",
       "/_matrix/client/v3/pushrules/global/{kind}/{rule_id}/enabled",
       Auth::kUser,
       Limit::kRequest,
       To(AccountService::SetPushRuleAttribute),
       {.body = Body::kRequired, .bind = kSetAttribute}},
      {"GET",
       "/_matrix/client/v3/pushrules/global/{kind}/{rule_id}/actions",
       Auth::kUser,
       Limit::kRequest,
       To(AccountService::GetPushRuleAttribute),
       {.bind = kGetAttribute}},
      {"PUT",
       "/_matrix/client/v3/pushrules/global/{kind}/{rule_id}/actions",
       Auth::kUser,
       Limit::kRequest,
       To(AccountService::SetPushRuleAttribute),
       {.body = Body::kRequired, .bind = kSetAttribute}},
  };
}

}  // namespace plexus::gateway
