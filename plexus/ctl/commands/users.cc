// plexusctl users: the accounts of a tenant.
#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "common/base/status_macros.h"
#include "common/json/parse.h"
#include "plexus/account/v1/account_service.rpc.h"
#include "plexus/ctl/commands.h"
#include "plexus/ctl/password.h"

namespace plexus::ctl {
namespace {

namespace account = plexus::account::v1;
using account::AccountService;

constexpr int kPage = 500;

std::string Created(const account::User& user) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", absl::FromUnixMillis(user.created_ts()), absl::UTCTimeZone());
}

std::string StateOf(const account::User& user) {
  if (user.deactivated()) return "deactivated";
  if (user.is_locked()) return "locked";
  return user.is_suspended() ? "suspended" : "active";
}

std::string KindOf(const account::User& user) {
  if (user.is_admin()) return "admin";
  return user.is_guest() ? "guest" : "user";
}

absl::StatusOr<std::string> FullId(const Command& command, const std::string& tenant) {
  PLEXUS_ASSIGN_OR_RETURN(std::string name, command.Name("user id or name"));
  return name.starts_with('@') ? name : absl::StrCat("@", name, ":", tenant);
}

absl::Status List(const Command& command) {
  PLEXUS_ASSIGN_OR_RETURN(std::string tenant, command.Tenant());
  const std::string wanted = command.arguments.Get("limit", "1000");
  int left = 0;
  if (!absl::SimpleAtoi(wanted, &left) || left < 1) {
    return UsageError(absl::StrCat("--limit is \"", wanted, "\"; allowed: a number from 1"));
  }
  Table table({"USER ID", "KIND", "STATE", "CREATED"});
  account::ListUsersRequest request;
  for (bool more = true; more && left > 0;) {
    request.set_limit(std::min(kPage, left));
    PLEXUS_ASSIGN_OR_RETURN(auto page, command.plexus.CallRouted(AccountService::ListUsers, request, tenant));
    for (const auto& user : page.users()) table.Add({user.user_id(), KindOf(user), StateOf(user), Created(user)});
    left -= page.users_size();
    more = page.users_size() == request.limit();
    if (more) request.set_after_user_id(page.users(page.users_size() - 1).user_id());
  }
  command.Print(table);
  return absl::OkStatus();
}

absl::Status Show(const Command& command) {
  PLEXUS_ASSIGN_OR_RETURN(std::string tenant, command.Tenant());
  PLEXUS_ASSIGN_OR_RETURN(std::string user_id, FullId(command, tenant));
  account::GetUserRequest get_user;
  get_user.set_user_id(user_id);
  PLEXUS_ASSIGN_OR_RETURN(auto found, command.plexus.CallRouted(AccountService::GetUser, get_user, tenant));
  account::ListDevicesRequest list_devices;
  list_devices.set_user_id(user_id);
  list_devices.mutable_requester()->set_user_id(user_id);
  PLEXUS_ASSIGN_OR_RETURN(auto devices, command.plexus.CallRouted(AccountService::ListDevices, list_devices, tenant));
  PLEXUS_ASSIGN_OR_RETURN(json::Object body, json::ParseObject(devices.body_json()));
  json::Array ids;
  for (const json::Value& device : body["devices"].as_array()) ids.push_back(device.as_object().at("device_id"));
  Table table({"USER ID", "KIND", "STATE", "CREATED", "DEVICES"});
  const account::User& user = found.user();
  table.Add({user.user_id(), KindOf(user), StateOf(user), Created(user), std::move(ids)});
  command.Print(table);
  return absl::OkStatus();
}

absl::Status Register(const Command& command) {
  PLEXUS_ASSIGN_OR_RETURN(std::string tenant, command.Tenant());
  account::CreateUserRequest request;
  PLEXUS_ASSIGN_OR_RETURN(*request.mutable_user_id(), FullId(command, tenant));
  PLEXUS_ASSIGN_OR_RETURN(*request.mutable_password(), ReadPassword(command.arguments));
  request.set_is_admin(command.arguments.Has("admin"));
  PLEXUS_RETURN_IF_ERROR(command.plexus.CallRouted(AccountService::CreateUser, request, tenant).status());
  Table table({"USER ID", "KIND"});
  table.Add({request.user_id(), request.is_admin() ? "admin" : "user"});
  command.Print(table);
  return absl::OkStatus();
}

}  // namespace

absl::Status Users(const Command& command) {
  const auto& words = command.arguments.positional;
  const std::string verb = words.empty() ? "list" : words[0];
  if (verb == "list") return List(command);
  if (verb == "show") return Show(command);
  if (verb == "register") return Register(command);
  return UsageError(absl::StrCat("\"", verb, "\" is none of list, show, register"));
}

}  // namespace plexus::ctl
