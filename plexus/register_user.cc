// plexus register-user: makes an account, through the RPC listener of a running server.
#include <cstdio>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/platform/config.h"
#include "plexus/account/v1/account_service.pb.h"
#include "plexus/account/v1/account_service.rpc.h"
#include "plexus/command.h"
#include "plexus/ctl/installation.h"
#include "plexus/ctl/password.h"

namespace plexus {
namespace {

absl::StatusOr<std::string> ServerName(const Arguments& arguments, const platform::Config& config) {
  if (const std::string name = arguments.Get("server-name"); !name.empty()) return name;
  if (config.tenants.size() == 1) return config.tenants.front().server_name;
  return UsageError("--server-name is missing: the file has several tenants");
}

}  // namespace

absl::Status RegisterUser(const Words& words) {
  PLEXUS_ASSIGN_OR_RETURN(
      Arguments arguments,
      ParseArguments(words, {"config", "user", "password", "password-file", "server-name"}, {"admin"}));
  PLEXUS_ASSIGN_OR_RETURN(std::string file, arguments.Require("config"));
  PLEXUS_ASSIGN_OR_RETURN(std::string user, arguments.Require("user"));
  PLEXUS_ASSIGN_OR_RETURN(platform::Config config, platform::LoadConfig(file));
  PLEXUS_ASSIGN_OR_RETURN(std::string server_name, ServerName(arguments, config));
  PLEXUS_ASSIGN_OR_RETURN(std::unique_ptr<Installation> plexus, Installation::Open(config));
  account::v1::CreateUserRequest request;
  request.set_user_id(user.starts_with('@') ? user : absl::StrCat("@", user, ":", server_name));
  PLEXUS_ASSIGN_OR_RETURN(*request.mutable_password(), ReadPassword(arguments));
  request.set_is_admin(arguments.Has("admin"));
  PLEXUS_RETURN_IF_ERROR(plexus->CallRouted(account::v1::AccountService::CreateUser, request, server_name).status());
  std::printf("registered %s\n", request.user_id().c_str());
  return absl::OkStatus();
}

}  // namespace plexus
