#include "services/account/handlers/handlers.h"

#include "common/base/matrix_error.h"
#include "common/base/status_macros.h"
#include "common/json/access.h"
#include "common/json/parse.h"
#include "services/account/domain/sign_in.h"
#include "services/account/handlers/authorise.h"
#include "services/account/storage/devices.h"

namespace plexus::account {

namespace {

absl::StatusOr<bool> Rename(storage::Transaction& transaction, UserLog& log, const v1::UpdateDeviceRequest& request,
                            const std::optional<std::string>& name) {
  PLEXUS_ASSIGN_OR_RETURN(std::optional<Device> device,
                          FindDevice(transaction, request.user_id(), request.device_id()));
  if (!device) return errors::NotFound("There is no such device");
  if (!name) return false;
  PLEXUS_ASSIGN_OR_RETURN(bool renamed, RenameDevice(transaction, request.user_id(), request.device_id(), *name));
  PLEXUS_RETURN_IF_ERROR(log.ChangeDevice(request.user_id(), request.device_id(), /*deleted=*/false));
  return renamed;
}

}  // namespace

PLEXUS_ACCOUNT_HANDLER(UpdateDevice) {
  PLEXUS_CO_RETURN_IF_ERROR(RequireSelf(request.requester(), request.user_id()));
  PLEXUS_CO_ASSIGN_OR_RETURN(json::Object body, json::ParseObjectOrEmpty(request.body_json()));
  PLEXUS_CO_ASSIGN_OR_RETURN(std::optional<std::string> name, json::OptionalString(body, "display_name"));
  PLEXUS_CO_RETURN_IF_ERROR(CheckDeviceName(name.value_or("")));
  auto rename = [request, name](storage::Transaction& transaction, UserLog& log) {
    return Rename(transaction, log, request, name);
  };
  absl::StatusOr<bool> renamed =
      co_await UserShards::Write(tenant.shards, context, request.user_id(), /*entries=*/1, std::move(rename));
  if (!renamed.ok()) co_return renamed.status();
  v1::UpdateDeviceResponse response;
  response.set_body_json("{}");
  co_return response;
}

}  // namespace plexus::account
