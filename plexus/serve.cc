// plexus serve: runs until SIGINT or SIGTERM; reads its file again on SIGHUP.
#include <signal.h>
#include <sys/resource.h>

#include <cstdio>

#include "absl/strings/str_split.h"
#include "common/base/status_macros.h"
#include "common/platform/fault_clock.h"
#include "common/platform/log.h"
#include "plexus/command.h"
#include "plexus/notify.h"
#include "plexus/roles.h"

namespace plexus {
namespace {

// Thousands of idle clients need as many descriptors: take what the system allows.
void RaiseDescriptorLimit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

// Blocked in every thread from before the first is made, so that only sigwait sees them.
sigset_t BlockSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGHUP);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);
  return signals;
}

// Takes over what may change while the process runs: the shared secrets and the log level. Whatever is wrong with the
// file, the process goes on as it was.
void Reload(platform::ServiceHost& host, const std::string& file) {
  absl::StatusOr<platform::Config> config = platform::LoadConfig(file);
  absl::Status status = config.status();
  if (status.ok()) status = host.ReplaceSecrets(config->rpc_security.secrets);
  if (!status.ok()) return platform::LogError("not reloaded", {{"why", status.message()}});
  platform::SetLogLevel(config->process.log_level);
  platform::LogInfo("reloaded", {{"file", file}});
}

// A service manager that cannot be told will notice by itself; the server goes on.
void TellServiceManager(std::string_view assignments) {
  const absl::Status told = Notify(assignments);
  if (!told.ok()) platform::LogWarn("service manager not told", {{"why", told.message()}});
}

}  // namespace

absl::Status Serve(const Words& words) {
  PLEXUS_ASSIGN_OR_RETURN(Arguments arguments, ParseArguments(words, {"config", "roles", "fault-clock"}));
  PLEXUS_ASSIGN_OR_RETURN(std::string file, arguments.Require("config"));
  PLEXUS_ASSIGN_OR_RETURN(platform::Config config, platform::LoadConfig(file));
  if (const std::string roles = arguments.Get("roles"); !roles.empty()) {
    config.process.roles = absl::StrSplit(roles, ',');
  }
  platform::SetLogLevel(config.process.log_level);
  RaiseDescriptorLimit();
  sigset_t signals = BlockSignals();

  const absl::Duration deadline = absl::Milliseconds(config.process.shutdown_ms);
  platform::HostOptions options;
  options.roles = AllRoles();
  std::unique_ptr<platform::FaultClock> fault_clock;  // outlives the host
  if (const std::string path = arguments.Get("fault-clock"); !path.empty()) {
    PLEXUS_ASSIGN_OR_RETURN(fault_clock, platform::FaultClock::Open(path));
    options.clock = fault_clock.get();
  }
  PLEXUS_ASSIGN_OR_RETURN(auto host, platform::ServiceHost::Create(std::move(config), std::move(options)));
  PLEXUS_RETURN_IF_ERROR(host->Setup());
  PLEXUS_RETURN_IF_ERROR(host->Start());
  for (const std::string& address : host->rpc_addresses()) platform::LogInfo("rpc", {{"address", address}});
  platform::LogInfo("ready");
  TellServiceManager("READY=1");

  int received = 0;
  while (sigwait(&signals, &received) == 0 && received == SIGHUP) Reload(*host, file);
  platform::LogInfo("stopping", {{"signal", received}});
  TellServiceManager("STOPPING=1");
  host->Shutdown(deadline);
  platform::LogInfo("stopped");
  return absl::OkStatus();
}

}  // namespace plexus
