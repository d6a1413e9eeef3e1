// What a process tells who watches it, over HTTP: GET /metrics and GET /health.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "common/http/server.h"
#include "common/platform/config.h"
#include "common/platform/samples.h"

namespace plexus::platform {

class IoThreads;

class MetricsServer {
 public:
  // Both are called on an I/O thread and must not block.
  struct Sources {
    std::function<std::string()> metrics;  // the page
    std::function<bool()> ready;           // 200 or 503
    std::string process_id;                // shown with the health
  };

  // `io` outlives the server's Stop().
  MetricsServer(IoThreads& io, Sources sources);

  // Binds and serves all of `listeners`. Errors name the address; Stop() follows all the same.
  absl::Status Start(const std::vector<ListenerConfig>& listeners);
  // Leaves no socket, connection or coroutine. Blocks; not on an I/O thread.
  void Stop();

  // As bound: "127.0.0.1:9090", "unix:/run/plexus/metrics.sock".
  const std::vector<std::string>& addresses() const { return addresses_; }

 private:
  absl::Status Listen(const ListenerConfig& listener);
  Task<http::Response> Answer(http::Request request) const;

  const Sources sources_;
  http::Server server_;
  std::vector<std::string> addresses_;
};

}  // namespace plexus::platform
