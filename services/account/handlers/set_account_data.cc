#include "services/account/handlers/handlers.h"

#include "absl/strings/str_cat.h"
#include "common/base/matrix_error.h"
#include "common/base/status_macros.h"
#include "common/json/parse.h"
#include "common/matrix/event_types.h"
#include "services/account/handlers/authorise.h"
#include "services/account/storage/account_data.h"

namespace plexus::account {

namespace {

constexpr size_t kMaxTypeBytes = 255;
constexpr size_t kMaxContentBytes = 256 << 10;

absl::Status CheckType(const std::string& type, bool server_managed) {
  if (type.empty() || type.size() > kMaxTypeBytes) return errors::InvalidParam("A type has 1 to 255 bytes");
  const bool reserved = type == matrix::kFullyRead || type == matrix::kPushRules;
  if (reserved && !server_managed) {
    return errors::Matrix(405, "M_BAD_JSON", absl::StrCat("Cannot set ", type, " through this API."));
  }
  return absl::OkStatus();
}

}  // namespace

PLEXUS_ACCOUNT_HANDLER(SetAccountData) {
  PLEXUS_CO_RETURN_IF_ERROR(RequireSelf(request.requester(), request.user_id()));
  if (!request.room_id().empty()) PLEXUS_CO_RETURN_IF_ERROR(RequireRoomId(request.room_id()));
  PLEXUS_CO_RETURN_IF_ERROR(CheckType(request.type(), request.server_managed()));
  if (request.body_json().size() > kMaxContentBytes) co_return errors::TooLarge("Account data has at most 256 KiB");
  PLEXUS_CO_ASSIGN_OR_RETURN(json::Object content, json::ParseObject(request.body_json()));
  const AccountDataKey key{request.user_id(), request.room_id(), request.type()};
  auto store = [key, content = std::move(content)](storage::Transaction&, UserLog& log) -> absl::StatusOr<bool> {
    PLEXUS_RETURN_IF_ERROR(log.SetAccountData(key, content));
    return true;
  };
  absl::StatusOr<bool> stored =
      co_await UserShards::Write(tenant.shards, context, request.user_id(), /*entries=*/1, std::move(store));
  if (!stored.ok()) co_return stored.status();
  v1::SetAccountDataResponse response;
  response.set_body_json("{}");
  co_return response;
}

}  // namespace plexus::account
