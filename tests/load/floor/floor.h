// The floor: the parts of Plexus in a row, without Matrix. Nothing built from them can be faster.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "common/bus/bus.h"
#include "common/http/server.h"
#include "common/platform/io_threads.h"
#include "common/rpc/grpc_channel.h"
#include "common/rpc/in_process_channel.h"
#include "common/rpc/registry.h"
#include "common/rpc/server.h"
#include "common/storage/database.h"
#include "tests/load/floor/committer.h"
#include "tests/load/floor/timeline.h"

namespace plexus::floor {

struct FloorOptions {
  std::string postgres;      // libpq's connection string; the schema "floor" in it is made anew
  std::string redis_socket;  // path
  uint16_t port = 0;         // on 127.0.0.1; 0: any
  int threads = 0;           // 0: one for each core
  // False: the call is a function call and the bus delivers within the process, as in one `plexus serve`. True: the
  // call is a gRPC call over a UNIX socket and events pass through Redis, as between processes.
  bool hops = false;
};

// Serves, until destroyed,
//   PUT /send/{txn}                 a JSON body; answered with {"position":N} once it is committed
//   GET /sync?since=N&timeout=MS    {"next":N,"events":[{"id":TXN,"content":BODY},…]}
// Trusts its one client: what it is sent it passes on unread.
class Floor {
 public:
  static absl::StatusOr<std::unique_ptr<Floor>> Start(FloorOptions options);
  ~Floor();
  uint16_t port() const { return port_; }

 private:
  explicit Floor(FloorOptions options);
  absl::Status MakeTable();
  absl::Status StartWriting();
  void StartReading();
  absl::Status Listen();
  Task<http::Response> Handle(http::Request request, http::RequestContext context);
  Task<http::Response> Send(http::Request request);
  Task<http::Response> Sync(http::Request request);
  void AwaitStop(bus::Bus& bus);

  const FloorOptions options_;
  platform::IoThreads threads_;
  std::unique_ptr<storage::Database> database_;
  std::unique_ptr<bus::Bus> publishing_, receiving_;  // the latter null without hops
  std::unique_ptr<Committer> committer_;
  Timeline timeline_;
  bus::Subscription subscription_;
  std::unique_ptr<rpc::Registry> registry_;
  std::unique_ptr<rpc::GrpcServer> rpc_server_;
  std::shared_ptr<rpc::Channel> channel_;
  std::unique_ptr<http::Server> http_;
  uint16_t port_ = 0;
};

}  // namespace plexus::floor
