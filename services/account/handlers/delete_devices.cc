#include "services/account/handlers/handlers.h"

#include <algorithm>

#include "common/base/matrix_error.h"
#include "common/base/status_macros.h"
#include "common/json/access.h"
#include "common/json/parse.h"
#include "services/account/handlers/authorise.h"
#include "services/account/handlers/revocation.h"
#include "services/account/handlers/uia_gate.h"

namespace plexus::account {

namespace {

constexpr size_t kMaxDevicesAtOnce = 1000;

// Sorted, each once.
absl::StatusOr<std::vector<std::string>> DevicesFrom(const json::Object& body) {
  PLEXUS_ASSIGN_OR_RETURN(const json::Array* list, json::RequireArray(body, "devices"));
  if (list->size() > kMaxDevicesAtOnce) return errors::InvalidParam("Too many devices at once");
  std::vector<std::string> devices;
  for (const json::Value& id : *list) {
    if (!id.is_string()) return errors::BadJson("'devices' must be a list of strings");
    devices.emplace_back(json::View(id.get_string()));
  }
  std::sort(devices.begin(), devices.end());
  devices.erase(std::unique(devices.begin(), devices.end()), devices.end());
  return devices;
}

}  // namespace

PLEXUS_ACCOUNT_HANDLER(DeleteDevices) {
  PLEXUS_CO_RETURN_IF_ERROR(RequireSelf(request.requester(), request.user_id()));
  PLEXUS_CO_ASSIGN_OR_RETURN(json::Object body, json::ParseObject(request.body_json()));
  PLEXUS_CO_ASSIGN_OR_RETURN(std::vector<std::string> devices, DevicesFrom(body));
  UiaRequest uia;
  uia.flows = {{std::string(kStagePassword)}};
  uia.operation = UiaOperation("POST /delete_devices", request.user_id(), devices);
  uia.user_id = request.user_id();
  PLEXUS_CO_ASSIGN_OR_RETURN(uia.auth, TakeAuth(body));
  absl::StatusOr<UiaSession> passed = co_await PassUia(tenant, std::move(uia));
  if (!passed.ok()) co_return passed.status();
  absl::Status removed = co_await RemoveDevices(tenant, context, request.user_id(), std::move(devices));
  if (!removed.ok()) co_return removed;
  v1::DeleteDevicesResponse response;
  response.set_body_json("{}");
  co_return response;
}

}  // namespace plexus::account
