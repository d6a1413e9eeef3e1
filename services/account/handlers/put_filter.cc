#include "services/account/handlers/handlers.h"

#include "common/base/matrix_error.h"
#include "common/base/status_macros.h"
#include "common/json/canonical.h"
#include "common/json/parse.h"
#include "common/matrix/base64.h"
#include "common/matrix/event_filter.h"
#include "services/account/domain/digest.h"
#include "services/account/handlers/authorise.h"
#include "services/account/storage/filters.h"

namespace plexus::account {

namespace {

constexpr size_t kMaxFilterBytes = 64 << 10;
constexpr size_t kFilterIdBytes = 15;

// The same filter has the same id, so that clients which upload it at each start store it once.
std::string FilterId(const std::string& text) {
  return matrix::Base64UrlEncode(Sha256(text).substr(0, kFilterIdBytes));
}

}  // namespace

PLEXUS_ACCOUNT_HANDLER(PutFilter) {
  PLEXUS_CO_RETURN_IF_ERROR(RequireSelf(request.requester(), request.user_id()));
  if (request.body_json().size() > kMaxFilterBytes) co_return errors::TooLarge("The filter is larger than 64 KiB");
  PLEXUS_CO_ASSIGN_OR_RETURN(json::Object body, json::ParseObject(request.body_json()));
  PLEXUS_CO_RETURN_IF_ERROR(matrix::ParseFilter(body).status());
  const std::string text = json::Canonical(body).value_or(json::Serialize(body));
  const std::string filter_id = FilterId(text);
  auto store = [user_id = request.user_id(), filter_id, text](storage::Transaction& transaction,
                                                              UserLog&) -> absl::StatusOr<bool> {
    PLEXUS_RETURN_IF_ERROR(StoreFilter(transaction, user_id, filter_id, text));
    return true;
  };
  absl::StatusOr<bool> stored =
      co_await UserShards::Write(tenant.shards, context, request.user_id(), /*entries=*/0, std::move(store));
  if (!stored.ok()) co_return stored.status();
  const json::Object answer{{"filter_id", filter_id}};
  v1::PutFilterResponse response;
  response.set_body_json(json::Serialize(answer));
  co_return response;
}

}  // namespace plexus::account
