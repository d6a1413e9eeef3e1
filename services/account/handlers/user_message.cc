#include "services/account/handlers/user_message.h"

namespace plexus::account {

v1::User UserMessage(const Account& account) {
  v1::User user;
  user.set_user_id(account.user_id);
  user.set_is_admin(account.is_admin);
  user.set_is_guest(account.is_guest);
  user.set_is_locked(account.is_locked);
  user.set_is_suspended(account.is_suspended);
  user.set_deactivated(account.deactivated);
  user.set_created_ts(account.created_ts);
  return user;
}

}  // namespace plexus::account
