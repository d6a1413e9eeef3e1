// The running Plexus that a tool talks to: one process by its address, and through it all the others.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/platform/config.h"
#include "common/platform/host/blocking.h"
#include "common/platform/io_threads.h"
#include "common/rpc/call.h"
#include "common/rpc/grpc_channel.h"
#include "plexus/ctl/arguments.h"
#include "plexus/platform/v1/platform_service.pb.h"

namespace plexus {

// Blocking calls. Used by one thread.
class Installation {
 public:
  // `address`: the process that is asked where nothing else is said.
  Installation(std::string address, rpc::TransportSecurity security, absl::Duration timeout);

  // The options by which tools are told where Plexus is: --rpc=ADDRESS or --config=FILE, --secret-file=FILE,
  // --timeout=SECONDS.
  static std::set<std::string> Options();
  static absl::StatusOr<std::unique_ptr<Installation>> Open(const Arguments& arguments);
  // What `config` says of its first RPC listener; without one, of the first seed. FailedPrecondition if there is none.
  static absl::StatusOr<std::unique_ptr<Installation>> Open(const platform::Config& config);

  const std::string& address() const { return address_; }

  // The live processes and owners of shards, as the asked process sees them.
  absl::StatusOr<platform::v1::GetDirectoryResponse> Directory();
  // Every process; the asked one first, under the address by which it is asked. Those without a database are in no
  // directory: whom they ask for it knows them.
  absl::StatusOr<std::vector<platform::v1::Process>> Processes();
  // Of those that take calls, in the same order.
  absl::StatusOr<std::vector<std::string>> Addresses();

  template <typename Req, typename Res>
  absl::StatusOr<Res> Call(const std::string& address, rpc::Method<Req, Res> method, Req request,
                           const std::string& tenant = "") {
    auto message = std::make_shared<const Req>(std::move(request));
    rpc::AnyResponse response = CallAny(address, rpc::InfoOf(method), std::move(message), tenant);
    if (!response.ok()) return std::move(response).status();
    return std::move(static_cast<Res&>(**response));
  }
  // The same for the process that can answer: the owner of a shard if the callee names one, else the first process that
  // serves the method.
  template <typename Req, typename Res>
  absl::StatusOr<Res> CallRouted(rpc::Method<Req, Res> method, Req request, const std::string& tenant) {
    auto message = std::make_shared<const Req>(std::move(request));
    rpc::AnyResponse response = CallRoutedAny(rpc::InfoOf(method), std::move(message), tenant);
    if (!response.ok()) return std::move(response).status();
    return std::move(static_cast<Res&>(**response));
  }
  // `method` and the messages may be made at run time; `method` outlives the installation.
  rpc::AnyResponse CallAny(const std::string& address, const rpc::MethodInfo& method,
                           std::shared_ptr<const rpc::Message> request, const std::string& tenant);
  rpc::AnyResponse CallRoutedAny(const rpc::MethodInfo& method, std::shared_ptr<const rpc::Message> request,
                                 const std::string& tenant);

 private:
  const std::string address_;
  const absl::Duration timeout_;
  platform::IoThreads threads_{1};
  rpc::GrpcChannelPool channels_;
};

}  // namespace plexus
