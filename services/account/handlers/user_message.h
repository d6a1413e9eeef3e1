// An account as operators' tools see it.
#pragma once

#include "plexus/account/v1/account_service.pb.h"
#include "services/account/storage/accounts.h"

namespace plexus::account {

// All but the password's hash.
v1::User UserMessage(const Account& account);

}  // namespace plexus::account
