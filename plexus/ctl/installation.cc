#include "plexus/ctl/installation.h"

#include <map>
#include <optional>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/base/status_macros.h"
#include "common/rpc/status.h"
#include "plexus/platform/v1/platform_service.rpc.h"

namespace plexus {
namespace {

using platform::v1::DirectoryService;

// Owners that may send us on before we give up.
constexpr int kMostHops = 4;
constexpr int kDefaultSeconds = 60, kMostSeconds = 3600;

rpc::GrpcChannelOptions ChannelOptions(rpc::TransportSecurity security) {
  rpc::GrpcChannelOptions options;
  options.security = std::move(security);
  options.caller = "plexusctl";
  return options;
}

rpc::TransportSecurity SecurityOf(const platform::RpcSecurityConfig& config) {
  rpc::TransportSecurity security;
  security.ca_file = config.ca_file;
  security.cert_file = config.certificate_file;
  security.key_file = config.key_file;
  security.secrets = config.secrets;
  return security;
}

absl::StatusOr<std::string> AddressOf(const platform::Config& config) {
  if (!config.rpc.empty()) {
    const platform::ListenerConfig& listener = config.rpc.front();
    if (!listener.unix_path.empty()) return absl::StrCat("unix:", listener.unix_path);
    // One that listens everywhere is reached from here by loopback.
    const std::string port = listener.bind.substr(listener.bind.rfind(':'));
    if (listener.bind == "0.0.0.0" + port) return "127.0.0.1" + port;
    return listener.bind == "[::]" + port ? "[::1]" + port : listener.bind;
  }
  if (!config.process.seeds.empty()) return config.process.seeds.front();
  return absl::FailedPreconditionError(absl::StrCat(
      config.file,
      ": listeners: rpc: is empty; allowed: a listener of the running server, such as {unix: /run/plexus/rpc.sock}"));
}

absl::StatusOr<absl::Duration> TimeoutOf(const Arguments& arguments) {
  const std::string text = arguments.Get("timeout", absl::StrCat(kDefaultSeconds));
  int seconds = 0;
  if (absl::SimpleAtoi(text, &seconds) && seconds >= 1 && seconds <= kMostSeconds) return absl::Seconds(seconds);
  return UsageError(absl::StrCat("--timeout is \"", text, "\"; allowed: 1 to ", kMostSeconds, " seconds"));
}

// "127.0.0.1:9000", "[::1]:9000", "host:9000" or "unix:/path".
absl::Status CheckAddress(const std::string& address) {
  if (address.starts_with("unix:/")) return absl::OkStatus();
  const size_t colon = address.rfind(':');
  int port = 0;
  const bool has_port = colon != std::string::npos && colon > 0 && absl::SimpleAtoi(address.substr(colon + 1), &port);
  if (has_port && port > 0 && port <= UINT16_MAX) return absl::OkStatus();
  return UsageError(absl::StrCat("--rpc is \"", address, "\"; allowed: host:port or unix:/path"));
}

}  // namespace

Installation::Installation(std::string address, rpc::TransportSecurity security, absl::Duration timeout)
    : address_(std::move(address)), timeout_(timeout), channels_(ChannelOptions(std::move(security))) {}

std::set<std::string> Installation::Options() { return {"rpc", "config", "secret-file", "timeout"}; }

absl::StatusOr<std::unique_ptr<Installation>> Installation::Open(const platform::Config& config) {
  PLEXUS_ASSIGN_OR_RETURN(std::string address, AddressOf(config));
  return std::make_unique<Installation>(std::move(address), SecurityOf(config.rpc_security),
                                        absl::Seconds(kDefaultSeconds));
}

absl::StatusOr<std::unique_ptr<Installation>> Installation::Open(const Arguments& arguments) {
  std::string address = arguments.Get("rpc");
  const std::string file = arguments.Get("config");
  if (address.empty() && file.empty()) return UsageError("say --rpc=ADDRESS or --config=FILE");
  PLEXUS_ASSIGN_OR_RETURN(absl::Duration timeout, TimeoutOf(arguments));
  if (!address.empty()) PLEXUS_RETURN_IF_ERROR(CheckAddress(address));
  rpc::TransportSecurity security;
  if (!file.empty()) {
    PLEXUS_ASSIGN_OR_RETURN(platform::Config config, platform::LoadConfig(file));
    security = SecurityOf(config.rpc_security);
    if (address.empty()) {
      PLEXUS_ASSIGN_OR_RETURN(address, AddressOf(config));
    }
  }
  if (const std::string path = arguments.Get("secret-file"); !path.empty()) {
    PLEXUS_ASSIGN_OR_RETURN(std::string secret, ReadFile(path));
    security.secrets = {std::string(absl::StripSuffix(secret, "\n"))};
  }
  return std::make_unique<Installation>(std::move(address), std::move(security), timeout);
}

rpc::AnyResponse Installation::CallAny(const std::string& address, const rpc::MethodInfo& method,
                                       std::shared_ptr<const rpc::Message> request, const std::string& tenant) {
  PLEXUS_ASSIGN_OR_RETURN(std::shared_ptr<rpc::Channel> channel, channels_.Get(address));
  rpc::Context context;
  context.tenant = tenant;
  context = context.WithTimeout(RealClock(), timeout_);
  return platform::RunBlocking(threads_.Any(), channel->Call(std::move(context), method, std::move(request)));
}

rpc::AnyResponse Installation::CallRoutedAny(const rpc::MethodInfo& method, std::shared_ptr<const rpc::Message> request,
                                             const std::string& tenant) {
  PLEXUS_ASSIGN_OR_RETURN(std::vector<std::string> addresses, Addresses());
  rpc::AnyResponse response = absl::UnavailableError("there is no process");
  for (std::string address : addresses) {
    response = CallAny(address, method, request, tenant);
    for (int hop = 0; hop < kMostHops; ++hop) {
      const std::optional<rpc::WrongOwner> wrong = rpc::GetWrongOwner(response.status());
      if (!wrong || wrong->address.empty()) break;
      address = wrong->address;
      response = CallAny(address, method, request, tenant);
    }
    const bool elsewhere = absl::IsUnimplemented(response.status()) && rpc::WasNotExecuted(response.status());
    if (!elsewhere) break;
  }
  return response;
}

absl::StatusOr<platform::v1::GetDirectoryResponse> Installation::Directory() {
  return Call(address_, DirectoryService::GetDirectory, platform::v1::GetDirectoryRequest());
}

absl::StatusOr<std::vector<platform::v1::Process>> Installation::Processes() {
  PLEXUS_ASSIGN_OR_RETURN(platform::v1::GetDirectoryResponse directory, Directory());
  platform::v1::Process asked;
  asked.set_id(directory.process_id());
  std::map<std::string, platform::v1::Process> others;  // by id
  for (const platform::v1::Process& process : directory.processes()) {
    (process.id() == asked.id() ? asked : others[process.id()]) = process;
  }
  asked.set_address(address_);
  for (const platform::v1::Process& observer : directory.observers()) others[observer.id()] = observer;
  for (const platform::v1::Process& process : directory.processes()) {
    if (process.address().empty() || process.id() == asked.id()) continue;
    // One that does not answer is reported by who calls it next.
    auto its_view = Call(process.address(), DirectoryService::GetDirectory, platform::v1::GetDirectoryRequest());
    if (!its_view.ok()) continue;
    for (const platform::v1::Process& observer : its_view->observers()) others[observer.id()] = observer;
  }
  if (auto own = others.extract(asked.id())) *asked.mutable_roles() = own.mapped().roles();
  std::vector<platform::v1::Process> processes = {asked};
  for (const auto& [id, process] : others) processes.push_back(process);
  return processes;
}

absl::StatusOr<std::vector<std::string>> Installation::Addresses() {
  PLEXUS_ASSIGN_OR_RETURN(std::vector<platform::v1::Process> processes, Processes());
  std::vector<std::string> addresses;
  for (const platform::v1::Process& process : processes) {
    if (!process.address().empty()) addresses.push_back(process.address());
  }
  return addresses;
}

}  // namespace plexus
