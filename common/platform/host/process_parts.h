// What a process has once, shared by its roles and tenants, in the order in which it is made.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "common/bus/bus.h"
#include "common/bus/heads_beacon.h"
#include "common/bus/limiter.h"
#include "common/platform/host/keeper_directory.h"
#include "common/platform/io_threads.h"
#include "common/platform/metrics.h"
#include "common/platform/role.h"
#include "common/platform/routing/observers.h"
#include "common/platform/routing/remote_directory.h"
#include "common/rpc/grpc_channel.h"
#include "common/rpc/registry.h"
#include "common/rpc/router.h"
#include "common/rpc/server.h"
#include "common/storage/database.h"

namespace plexus::platform {

class ProcessParts {
 public:
  ProcessParts(const Config& config, const Clock& clock);
  ~ProcessParts();

  // Threads, clients, the registry and the router. Fails if the database cannot be reached; Redis may be away.
  absl::Status Open();
  // Binds the RPC listeners. `healthy`: see Role::Healthy.
  absl::Status Listen(std::function<bool()> healthy);
  // What the health service of every RPC listener says of the process, its roles and its services.
  void SetServing(bool serving);
  // Sends and accepts these from now on. FailedPrecondition if a listener would be open to strangers then.
  absl::Status ReplaceSecrets(std::vector<std::string> secrets);
  // Joins the other processes: from here on they see this one.
  absl::Status Join();
  // Gives every shard to the others, lets the calls that are here finish, and takes no more.
  void Leave(absl::Duration deadline);
  // Releases everything else. Nothing of the roles may run any more.
  void Close();

  bool has_database() const { return database_ != nullptr; }
  storage::Database& database() { return *database_; }
  LeaseKeeper& leases() { return *leases_; }
  bus::Bus& bus() { return *bus_; }
  bus::HeadsBeacon& beacon() { return *beacon_; }
  IoThreads& io() { return *io_; }
  rpc::Registry& registry() { return *registry_; }
  SnapshotDirectory& directory() { return *directory_; }
  Observers& observers() { return observers_; }
  std::vector<std::string> rpc_addresses() const;
  const Process& process() const { return process_; }
  const std::string& own_id() const { return own_id_; }

 private:
  absl::Status OpenDatabase();
  // Where others call this process; empty if it takes no calls.
  std::string OwnAddress() const;
  LeaseOptions MakeLeaseOptions(std::function<bool()> healthy) const;
  void RecordCall(const rpc::Context& context, const rpc::MethodInfo& method, const rpc::CallOutcome& outcome);
  Task<void> RunRemoteDirectory();

  const Config& config_;
  const Clock& clock_;
  std::string own_id_;
  rpc::TransportSecurity security_;
  Metrics metrics_;
  Observers observers_{clock_};
  std::unique_ptr<IoThreads> io_;
  std::unique_ptr<bus::Bus> bus_;
  std::unique_ptr<bus::Limiter> limiter_;
  std::unique_ptr<bus::HeadsBeacon> beacon_;
  std::unique_ptr<rpc::Registry> registry_;
  std::unique_ptr<rpc::GrpcChannelPool> channels_;
  std::unique_ptr<storage::Database> database_;
  std::unique_ptr<SnapshotDirectory> directory_;
  KeeperDirectory* keeper_directory_ = nullptr;  // directory_, in a process with a database
  RemoteDirectory* remote_directory_ = nullptr;  // directory_, in one without
  std::shared_ptr<std::atomic<bool>> remote_running_;
  std::unique_ptr<rpc::Router> router_;
  std::vector<std::unique_ptr<rpc::GrpcServer>> servers_;
  std::unique_ptr<LeaseKeeper> leases_;
  bus::Subscription directory_news_;
  Process process_{};
};

}  // namespace plexus::platform
