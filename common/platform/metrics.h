// Every metric of Plexus is declared here. Labels are bounded: roles, RPC methods, routes, codes; never users or rooms.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "absl/time/time.h"

namespace plexus::platform {

// Thread-safe; one for a process.
class Metrics {
 public:
  Metrics();
  ~Metrics();

  // One handled call: an RPC ("account", "Login", "OK") or an HTTP request ("gateway", the route, the status).
  void CallFinished(std::string_view role, std::string_view method, std::string_view code, absl::Duration took);
  void SetTenants(int running);

  // Everything in the Prometheus text format.
  std::string Render() const;

 private:
  struct Families;
  std::unique_ptr<Families> families_;
};

}  // namespace plexus::platform
