#include "services/account/handlers/new_account.h"

#include "common/base/matrix_error.h"
#include "common/base/status_macros.h"
#include "common/matrix/event_types.h"
#include "common/matrix/ids.h"
#include "services/account/domain/push_rules.h"
#include "services/account/storage/profiles.h"
#include "services/account/storage/registration_tokens.h"
#include "services/account/storage/uia_sessions.h"

namespace plexus::account {
namespace {

absl::Status UseUp(storage::Transaction& transaction, const std::string& uia_session, const std::string& user_id) {
  PLEXUS_ASSIGN_OR_RETURN(std::optional<std::string> token, FinishUiaRegistration(transaction, uia_session, user_id));
  if (!token) return errors::Forbidden("The session has expired or was used already");
  return token->empty() ? absl::OkStatus() : CompleteRegistrationToken(transaction, *token);
}

}  // namespace

Profile NewProfile(const std::string& user_id, const std::string& display_name) {
  Profile profile;
  profile.displayname = display_name.empty() ? std::string(matrix::Localpart(user_id)) : display_name;
  return profile;
}

absl::StatusOr<v1::SessionTokens> StoreNewAccount(storage::Transaction& transaction, UserLog& log,
                                                  const NewAccount& account) {
  const std::string& user_id = account.account.user_id;
  PLEXUS_ASSIGN_OR_RETURN(bool inserted, InsertAccount(transaction, account.account));
  if (!inserted) return errors::UserInUse("This user name is taken");
  if (!account.uia_session.empty()) PLEXUS_RETURN_IF_ERROR(UseUp(transaction, account.uia_session, user_id));
  PLEXUS_RETURN_IF_ERROR(StoreProfile(transaction, user_id, NewProfile(user_id, account.display_name)));
  const AccountDataKey push_rules{user_id, "", std::string(matrix::kPushRules)};
  PLEXUS_RETURN_IF_ERROR(log.SetAccountData(push_rules, NewPushRules(user_id)));
  if (!account.session) return v1::SessionTokens();
  PLEXUS_RETURN_IF_ERROR(StoreSession(transaction, log, *account.session, account.account.created_ts).status());
  return account.session->tokens;
}

}  // namespace plexus::account
