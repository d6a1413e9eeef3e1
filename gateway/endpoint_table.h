// The compiled table: every endpoint that the gateway serves.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "gateway/binding/plan.h"
#include "gateway/endpoint.h"
#include "gateway/router.h"

namespace plexus::gateway {

struct CompiledEndpoint {
  Endpoint row;
  size_t number = 0;                // its place in the table
  std::string label;                // "GET /_matrix/client/v3/sync": in logs and metrics
  std::string fault_point;          // "gateway.before." + label
  std::optional<BindingPlan> plan;  // none for prebuilt answers
  std::optional<size_t> room;       // which of the path's variables is the room
};

// Immutable; thread-safe.
class EndpointTable {
 public:
  // Fails if two rows answer the same, or a row does not fit its RPC.
  static absl::StatusOr<std::unique_ptr<const EndpointTable>> Compile(EndpointList rows);

  const Router& router() const { return router_; }
  const CompiledEndpoint& operator[](size_t i) const { return endpoints_[i]; }
  size_t size() const { return endpoints_.size(); }

  // The largest body that may be sent to `target`, for http::ServerOptions::max_body.
  size_t MaxBody(std::string_view method, std::string_view target) const;

 private:
  Router router_;
  std::vector<CompiledEndpoint> endpoints_;
};

}  // namespace plexus::gateway
