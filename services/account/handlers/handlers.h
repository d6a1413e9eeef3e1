// The RPCs of plexus.account.v1.AccountService, each in a file of its own name. account_service.proto says what they
// do. Context and request outlive the returned task; the tenant is kept alive by the caller.
#pragma once

#include "absl/status/statusor.h"
#include "common/base/task.h"
#include "common/rpc/context.h"
#include "plexus/account/v1/account_service.pb.h"
#include "services/account/account_tenant.h"

namespace plexus::account {

#define PLEXUS_ACCOUNT_HANDLER(Name)                                                                      \
  Task<absl::StatusOr<v1::Name##Response>> Name(const AccountTenant& tenant, const rpc::Context& context, \
                                                const v1::Name##Request& request)

PLEXUS_ACCOUNT_HANDLER(CheckToken);
PLEXUS_ACCOUNT_HANDLER(Register);
PLEXUS_ACCOUNT_HANDLER(RegisterAvailable);
PLEXUS_ACCOUNT_HANDLER(RegistrationTokenValidity);
PLEXUS_ACCOUNT_HANDLER(GetSharedSecretNonce);
PLEXUS_ACCOUNT_HANDLER(RegisterWithSharedSecret);
PLEXUS_ACCOUNT_HANDLER(GetLoginFlows);
PLEXUS_ACCOUNT_HANDLER(Login);
PLEXUS_ACCOUNT_HANDLER(Refresh);
PLEXUS_ACCOUNT_HANDLER(Logout);
PLEXUS_ACCOUNT_HANDLER(LogoutAll);
PLEXUS_ACCOUNT_HANDLER(WhoAmI);
PLEXUS_ACCOUNT_HANDLER(ListDevices);
PLEXUS_ACCOUNT_HANDLER(GetDevice);
PLEXUS_ACCOUNT_HANDLER(UpdateDevice);
PLEXUS_ACCOUNT_HANDLER(DeleteDevice);
PLEXUS_ACCOUNT_HANDLER(DeleteDevices);
PLEXUS_ACCOUNT_HANDLER(GetProfile);
PLEXUS_ACCOUNT_HANDLER(SetProfileField);
PLEXUS_ACCOUNT_HANDLER(DeleteProfileField);
PLEXUS_ACCOUNT_HANDLER(PutFilter);
PLEXUS_ACCOUNT_HANDLER(GetFilter);
PLEXUS_ACCOUNT_HANDLER(GetAccountData);
PLEXUS_ACCOUNT_HANDLER(SetAccountData);
PLEXUS_ACCOUNT_HANDLER(GetTags);
PLEXUS_ACCOUNT_HANDLER(PutTag);
PLEXUS_ACCOUNT_HANDLER(DeleteTag);
PLEXUS_ACCOUNT_HANDLER(GetPushRules);
PLEXUS_ACCOUNT_HANDLER(PutPushRule);
PLEXUS_ACCOUNT_HANDLER(DeletePushRule);
PLEXUS_ACCOUNT_HANDLER(GetPushRuleAttribute);
PLEXUS_ACCOUNT_HANDLER(SetPushRuleAttribute);
PLEXUS_ACCOUNT_HANDLER(CreateUser);
PLEXUS_ACCOUNT_HANDLER(ListUsers);
PLEXUS_ACCOUNT_HANDLER(GetUser);
PLEXUS_ACCOUNT_HANDLER(CreateLoginToken);
PLEXUS_ACCOUNT_HANDLER(CreateRegistrationToken);
PLEXUS_ACCOUNT_HANDLER(CompleteRegistration);
PLEXUS_ACCOUNT_HANDLER(CreateSession);
PLEXUS_ACCOUNT_HANDLER(RefreshSession);
PLEXUS_ACCOUNT_HANDLER(TouchSession);
PLEXUS_ACCOUNT_HANDLER(GetTurnServer);

}  // namespace plexus::account
