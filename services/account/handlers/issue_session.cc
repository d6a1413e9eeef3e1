#include "services/account/handlers/issue_session.h"

#include "common/base/random.h"
#include "common/base/status_macros.h"
#include "services/account/domain/token.h"

namespace plexus::account {
namespace {

constexpr size_t kDeviceIdLength = 10;

Device NewDevice(const v1::NewSession& session, int64_t now_ms) {
  Device device;
  device.device_id = session.device_id().empty() ? RandomUppercase(kDeviceIdLength) : session.device_id();
  if (!session.initial_device_display_name().empty()) device.display_name = session.initial_device_display_name();
  device.last_seen_ts = now_ms;
  if (!session.client().ip().empty()) device.last_seen_ip = session.client().ip();
  return device;
}

}  // namespace

MintedSession MintSession(const std::string& user_id, const v1::NewSession& session, int64_t now_ms,
                          int64_t lifetime_ms) {
  MintedSession minted;
  minted.device = NewDevice(session, now_ms);
  minted.tokens.set_device_id(minted.device.device_id);
  minted.tokens.set_access_token(MintToken(TokenKind::kAccess, user_id));
  minted.access.hash = TokenHash(minted.tokens.access_token());
  minted.access.token_id = RandomId();
  minted.access.user_id = user_id;
  minted.access.device_id = minted.device.device_id;
  // There is nothing that its first use would revoke, unless it comes from a refresh.
  minted.access.used = true;
  if (!session.with_refresh_token()) return minted;
  minted.tokens.set_refresh_token(MintToken(TokenKind::kRefresh, user_id));
  minted.tokens.set_expires_in_ms(lifetime_ms);
  minted.refresh = RefreshToken{TokenHash(minted.tokens.refresh_token()), RandomId(), user_id, minted.device.device_id,
                                /*next_id=*/0};
  minted.access.expires_ts = now_ms + lifetime_ms;
  minted.access.refresh_id = minted.refresh->refresh_id;
  return minted;
}

absl::StatusOr<std::vector<int64_t>> StoreSession(storage::Transaction& transaction, UserLog& log,
                                                  const MintedSession& session, int64_t now_ms) {
  const std::string& user_id = session.access.user_id;
  const std::vector<std::string> devices = {session.device.device_id};
  PLEXUS_ASSIGN_OR_RETURN(bool is_new, InsertDevice(transaction, user_id, session.device, now_ms));
  std::vector<int64_t> revoked;
  if (is_new) {
    PLEXUS_RETURN_IF_ERROR(log.ChangeDevice(user_id, session.device.device_id, /*deleted=*/false));
  } else {
    PLEXUS_ASSIGN_OR_RETURN(revoked, DeleteTokensOfDevices(transaction, user_id, devices));
    PLEXUS_RETURN_IF_ERROR(DeleteRefreshTokensOfDevices(transaction, user_id, devices));
  }
  PLEXUS_RETURN_IF_ERROR(InsertAccessToken(transaction, session.access));
  if (session.refresh) PLEXUS_RETURN_IF_ERROR(InsertRefreshToken(transaction, *session.refresh));
  return revoked;
}

}  // namespace plexus::account
