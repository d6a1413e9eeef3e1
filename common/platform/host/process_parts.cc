#include "common/platform/host/process_parts.h"

#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/base/random.h"
#include "common/base/shielded.h"
#include "common/base/status_macros.h"
#include "common/platform/host/blocking.h"
#include "common/platform/host/call_log.h"
#include "common/platform/log.h"
#include "common/platform/routing/advertised_address.h"
#include "common/rpc/interceptors.h"

namespace plexus::platform {
namespace {

// Told by a process whose shards change hands, so that the others look at once.
constexpr char kDirectoryChannel[] = "directory";

// How long those that have not heard yet that we leave are told to call another.
constexpr absl::Duration kLateCalls = absl::Milliseconds(200);

std::string HostName() {
  char name[256] = "plexus";
  gethostname(name, sizeof name - 1);
  return name;
}

bus::BusConfig ToBusConfig(const RedisConfig& redis) {
  bus::BusConfig out;
  out.redis.socket = redis.socket;
  out.redis.host = redis.host;
  out.redis.port = static_cast<uint16_t>(redis.port);
  out.redis.password = redis.password;
  out.prefix = redis.prefix;
  return out;
}

std::string ListenAddress(const ListenerConfig& listener) {
  return listener.unix_path.empty() ? listener.bind : absl::StrCat("unix:", listener.unix_path);
}

}  // namespace

ProcessParts::ProcessParts(const Config& config, const Clock& clock) : config_(config), clock_(clock) {
  own_id_ = config.process.id.empty() ? absl::StrCat(HostName(), "-", RandomAlphanumeric(8)) : config.process.id;
  security_.ca_file = config.rpc_security.ca_file;
  security_.cert_file = config.rpc_security.certificate_file;
  security_.key_file = config.rpc_security.key_file;
  security_.secrets = config.rpc_security.secrets;
}

ProcessParts::~ProcessParts() { Close(); }

void ProcessParts::RecordCall(const rpc::Context& context, const rpc::MethodInfo& method,
                              const rpc::CallOutcome& outcome) {
  const std::string_view name = std::string_view(method.full_name).substr(method.full_name.rfind('.') + 1);
  metrics_.CallHandled(method.role, name, absl::StatusCodeToString(outcome.status.code()),
                       absl::Nanoseconds(outcome.elapsed_nanos));
  LogCall(context, method, outcome);
}

absl::Status ProcessParts::OpenDatabase() {
  storage::DatabaseOptions options;
  options.connection_string = config_.database.uri;
  options.application_name = own_id_;
  options.max_connections = config_.database.max_connections;
  PLEXUS_ASSIGN_OR_RETURN(database_, storage::Database::Create(std::move(options)));
  auto ping = [](storage::Session& session) { return session.Query("SELECT 1").status(); };
  absl::Status status = database_->RunBlocking(storage::SchemaName::Shared(), ping);
  if (status.ok()) return status;
  return absl::Status(status.code(), absl::StrCat(config_.file, ": database: uri: cannot connect: ", status.message()));
}

absl::Status ProcessParts::Open() {
  SetBackgroundReporter([](std::string_view name, std::string_view what) {
    LogError("background work threw", {{"name", name}, {"what", what}});
  });
  io_ = std::make_unique<IoThreads>(config_.process.threads);
  bus_ = std::make_unique<bus::Bus>(ToBusConfig(config_.redis), io_->Any());
  limiter_ = std::make_unique<bus::Limiter>(*bus_);
  beacon_ = std::make_unique<bus::HeadsBeacon>(*bus_);
  bus_->Start();

  std::vector<Executor> executors;
  for (int i = 0; i < io_->size(); ++i) executors.push_back(io_->ForKey(i));
  auto record = [this](const rpc::Context& context, const rpc::MethodInfo& method, const rpc::CallOutcome& outcome) {
    RecordCall(context, method, outcome);
  };
  std::vector<std::shared_ptr<rpc::Interceptor>> interceptors = {std::make_shared<rpc::RequestIds>(),
                                                                 std::make_shared<rpc::CallRecorder>(record),
                                                                 std::make_shared<rpc::FaultPoints>()};
  registry_ = std::make_unique<rpc::Registry>(std::move(executors), std::move(interceptors), clock_);
  rpc::GrpcChannelOptions channel_options;
  channel_options.security = security_;
  channel_options.caller = own_id_;
  channels_ = std::make_unique<rpc::GrpcChannelPool>(std::move(channel_options), clock_);

  if (config_.database.uri.empty()) {
    auto directory = std::make_unique<RemoteDirectory>(own_id_, config_.process.seeds, *channels_, clock_);
    remote_directory_ = directory.get();
    directory_ = std::move(directory);
  } else {
    auto directory = std::make_unique<KeeperDirectory>();
    keeper_directory_ = directory.get();
    directory_ = std::move(directory);
  }
  router_ = std::make_unique<rpc::Router>(*registry_, *directory_, *channels_);
  process_ = {&config_, &clock_, io_.get(), registry_.get(), router_.get(), bus_.get(), limiter_.get(), &metrics_};
  return config_.database.uri.empty() ? absl::OkStatus() : OpenDatabase();
}

absl::Status ProcessParts::Listen(std::function<bool()> healthy) {
  for (const ListenerConfig& listener : config_.rpc) {
    rpc::GrpcServerOptions options;
    options.address = ListenAddress(listener);
    options.security = security_;
    options.unix_mode = static_cast<mode_t>(listener.mode);
    options.unix_group = listener.group;
    PLEXUS_ASSIGN_OR_RETURN(auto server, rpc::GrpcServer::Start(*registry_, std::move(options)));
    servers_.push_back(std::move(server));
  }
  if (database_ == nullptr) return absl::OkStatus();
  leases_ = std::make_unique<LeaseKeeper>(*database_, io_->Any(), clock_, MakeLeaseOptions(std::move(healthy)));
  return absl::OkStatus();
}

std::string ProcessParts::OwnAddress() const {
  if (!config_.process.advertise.empty() || servers_.empty()) return config_.process.advertise;
  return AdvertisedAddress(servers_.front()->address(), HostName());
}

void ProcessParts::SetServing(bool serving) {
  if (servers_.empty()) return;
  std::vector<std::string> names = registry_->Services();
  names.insert(names.end(), config_.process.roles.begin(), config_.process.roles.end());
  names.emplace_back();
  for (auto& server : servers_) {
    for (const std::string& name : names) server->SetServing(name, serving);
  }
}

absl::Status ProcessParts::ReplaceSecrets(std::vector<std::string> secrets) {
  rpc::TransportSecurity next = security_;
  next.secrets = rpc::Secrets(secrets);
  PLEXUS_RETURN_IF_ERROR(rpc::CheckSecurity(next));
  for (const std::string& address : rpc_addresses()) PLEXUS_RETURN_IF_ERROR(rpc::CheckListener(next, address));
  security_.secrets.Replace(std::move(secrets));
  return absl::OkStatus();
}

LeaseOptions ProcessParts::MakeLeaseOptions(std::function<bool()> healthy) const {
  LeaseOptions options;
  options.address = OwnAddress();
  options.roles = config_.process.roles;
  options.name = own_id_;
  options.ttl = absl::Milliseconds(config_.process.lease_ttl_ms);
  options.drain_timeout = absl::Milliseconds(config_.process.shutdown_ms);
  options.healthy = std::move(healthy);
  options.announce = [bus = bus_.get()] { bus->Publish(kDirectoryChannel, ""); };
  return options;
}

absl::Status ProcessParts::Join() {
  beacon_->Start();
  if (remote_directory_ != nullptr) {
    remote_running_ = std::make_shared<std::atomic<bool>>(true);
    boost::asio::co_spawn(io_->Any(), RunRemoteDirectory(), boost::asio::detached);
    return absl::OkStatus();
  }
  PLEXUS_RETURN_IF_ERROR(RunBlocking(io_->Any(), leases_->Start()));
  keeper_directory_->Follow(*leases_);
  directory_news_ = bus_->Subscribe(
      kDirectoryChannel, io_->Any(), [this](bus::Payload) { leases_->Nudge(); }, [this] { leases_->Nudge(); });
  return absl::OkStatus();
}

Task<void> ProcessParts::RunRemoteDirectory() {
  auto running = remote_running_;
  v1::Process self;
  self.set_id(own_id_);
  self.set_address(OwnAddress());
  for (const std::string& role : config_.process.roles) self.add_roles(role);
  co_await remote_directory_->Run(std::move(self));
  *running = false;
}

void ProcessParts::Leave(absl::Duration deadline) {
  directory_news_ = {};
  bool has_peers = false;
  if (leases_ != nullptr) {
    has_peers = leases_->Snapshot()->processes.size() > 1;
    absl::Status status = RunBlocking(io_->Any(), leases_->Stop(deadline));
    if (!status.ok()) LogWarn("leases not released in time", {{"why", status.message()}});
  }
  for (auto& server : servers_) {
    const bool drained = RunBlocking(io_->Any(), server->Drain(deadline));
    if (!drained) LogWarn("calls not finished in time", {{"address", server->address()}});
  }
  if (has_peers && !servers_.empty()) absl::SleepFor(kLateCalls);
  for (auto& server : servers_) server->Shutdown(deadline);
}

void ProcessParts::Close() {
  if (io_ == nullptr) return;
  if (remote_running_ != nullptr) {
    remote_directory_->Stop();
    while (*remote_running_) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  directory_news_ = {};
  if (registry_ != nullptr) {
    absl::Status drained = RunBlocking(io_->Any(), registry_->Drain({}, absl::Seconds(1)));
    if (!drained.ok()) LogError("calls still running at the end", {{"why", drained.message()}});
  }
  if (keeper_directory_ != nullptr) keeper_directory_->Unfollow();
  servers_.clear();
  leases_.reset();
  if (beacon_ != nullptr) RunBlocking(io_->Any(), beacon_->Stop());
  if (bus_ != nullptr) RunBlocking(io_->Any(), bus_->Stop());
  if (database_ != nullptr) database_->Stop();
  io_->Join();  // nothing resumes after this
  router_.reset();
  directory_.reset();
  channels_.reset();
  limiter_.reset();
  beacon_.reset();
  bus_.reset();
  registry_.reset();
  database_.reset();
  io_.reset();
}

std::vector<std::string> ProcessParts::rpc_addresses() const {
  std::vector<std::string> out;
  for (const auto& server : servers_) out.push_back(server->address());
  return out;
}

}  // namespace plexus::platform
