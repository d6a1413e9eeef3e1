// Counts what happens in a process, and shows it to Prometheus. metric_list.h declares what there is.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "common/platform/samples.h"

namespace plexus::platform {

// Thread-safe; one for a process.
class Metrics {
 public:
  Metrics();
  ~Metrics();

  // One HTTP request: the gateway's row ("GET /_matrix/client/v3/sync") and the status of the answer.
  void RequestAnswered(std::string_view route, int status, absl::Duration took);
  // One handled RPC: "account", "Login", "OK".
  void CallHandled(std::string_view role, std::string_view method, std::string_view code, absl::Duration took);
  // One commit of room writes.
  void BatchCommitted(size_t units, absl::Duration took);

  // All that was counted, and `measured`, in the Prometheus text format.
  std::string Render(const Samples& measured = {}) const;

 private:
  struct Families;
  std::unique_ptr<Families> families_;
};

}  // namespace plexus::platform
