#include "services/account/handlers/handlers.h"

#include "common/base/matrix_error.h"
#include "common/base/status_macros.h"
#include "services/account/handlers/authorise.h"
#include "services/account/storage/filters.h"

namespace plexus::account {

PLEXUS_ACCOUNT_HANDLER(GetFilter) {
  PLEXUS_CO_RETURN_IF_ERROR(RequireSelf(request.requester(), request.user_id()));
  auto read = [request](storage::Session& session) {
    return FindFilter(session, request.user_id(), request.filter_id());
  };
  PLEXUS_CO_ASSIGN_OR_RETURN(std::optional<std::string> filter, co_await tenant.Run(std::move(read)));
  if (!filter) co_return errors::NotFound("Unknown filter");
  v1::GetFilterResponse response;
  response.set_body_json(*filter);
  co_return response;
}

}  // namespace plexus::account
