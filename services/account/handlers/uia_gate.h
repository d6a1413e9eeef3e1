// User-interactive authentication of a request: lets it pass, or says what the client has to do.
#pragma once

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "common/base/task.h"
#include "services/account/account_tenant.h"
#include "services/account/domain/uia.h"
#include "services/account/storage/uia_sessions.h"

namespace plexus::account {

struct UiaRequest {
  UiaFlows flows;
  std::string operation;        // UiaOperation of what is asked for
  std::string user_id;          // whose password counts; empty where nobody is signed in
  std::optional<UiaAuth> auth;  // as TakeAuth took it from the body
};

// The finished session. Errors: 401 with the flows while stages are missing (Challenge), the failed stage's errcode
// included; 403 M_FORBIDDEN for a session of somebody or something else.
Task<absl::StatusOr<UiaSession>> PassUia(const AccountTenant& tenant, UiaRequest request);

// The session, if it exists and has not expired.
Task<absl::StatusOr<std::optional<UiaSession>>> ReadUiaSession(const AccountTenant& tenant, std::string session_id);

}  // namespace plexus::account
