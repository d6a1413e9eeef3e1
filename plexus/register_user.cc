// plexus register-user: makes an account, through the RPC listener of a running server.
#include <termios.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <iostream>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/platform/config.h"
#include "common/rpc/status.h"
#include "plexus/account/v1/account_service.pb.h"
#include "plexus/account/v1/account_service.rpc.h"
#include "plexus/command.h"
#include "plexus/rpc_client.h"

namespace plexus {
namespace {

// Owners that may send us on before we give up.
constexpr int kMostHops = 4;

absl::StatusOr<std::string> AskPassword() {
  if (!isatty(STDIN_FILENO)) return absl::InvalidArgumentError("--password or --password-file is missing");
  std::fprintf(stderr, "Password: ");
  termios shown{};
  tcgetattr(STDIN_FILENO, &shown);
  termios hidden = shown;
  hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
  tcsetattr(STDIN_FILENO, TCSANOW, &hidden);
  std::string password;
  std::getline(std::cin, password);
  tcsetattr(STDIN_FILENO, TCSANOW, &shown);
  std::fprintf(stderr, "\n");
  return password;
}

absl::StatusOr<std::string> ReadPassword(const Arguments& arguments) {
  if (arguments.options.contains("password")) return arguments.Get("password");
  const std::string path = arguments.Get("password-file");
  if (path.empty()) return AskPassword();
  std::ifstream in(path);
  std::string password;
  if (!std::getline(in, password)) return absl::NotFoundError(absl::StrCat(path, " cannot be read, or is empty"));
  return password;
}

absl::StatusOr<std::string> FirstRpcAddress(const platform::Config& config) {
  if (config.rpc.empty()) {
    return absl::FailedPreconditionError(
        absl::StrCat(config.file,
                     ": listeners: rpc: is empty; allowed: a listener of the running server, such as "
                     "{unix: /run/plexus/rpc.sock}"));
  }
  const platform::ListenerConfig& listener = config.rpc.front();
  return listener.unix_path.empty() ? listener.bind : absl::StrCat("unix:", listener.unix_path);
}

absl::StatusOr<std::string> ServerName(const Arguments& arguments, const platform::Config& config) {
  if (const std::string name = arguments.Get("server-name"); !name.empty()) return name;
  if (config.tenants.size() == 1) return config.tenants.front().server_name;
  return absl::InvalidArgumentError("--server-name is missing: the file has several tenants");
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
  PLEXUS_ASSIGN_OR_RETURN(std::string address, FirstRpcAddress(config));
  account::v1::CreateUserRequest request;
  request.set_user_id(user.starts_with('@') ? user : absl::StrCat("@", user, ":", server_name));
  PLEXUS_ASSIGN_OR_RETURN(*request.mutable_password(), ReadPassword(arguments));
  request.set_is_admin(arguments.options.contains("admin"));
  const std::string secret = config.rpc_security.secrets.empty() ? "" : config.rpc_security.secrets.front();

  absl::Status status;
  for (int hop = 0; hop < kMostHops; ++hop) {
    PLEXUS_ASSIGN_OR_RETURN(auto client, RpcClient::Connect(address, secret));
    status = client->Call(account::v1::AccountService::CreateUser, request, server_name).status();
    std::optional<rpc::WrongOwner> wrong = rpc::GetWrongOwner(status);
    if (!wrong || wrong->address.empty()) break;
    address = wrong->address;
  }
  if (status.ok()) std::printf("registered %s\n", request.user_id().c_str());
  return status;
}

}  // namespace plexus
