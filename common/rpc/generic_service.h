// Turns every gRPC call into a call of the Registry. Internal to common/rpc: includes grpcpp.
#pragma once

#include <grpcpp/generic/async_generic_service.h>

#include "common/rpc/registry.h"
#include "common/rpc/transport_security.h"

namespace plexus::rpc {

class GenericService final : public grpc::CallbackGenericService {
 public:
  GenericService(Registry& registry, TransportSecurity security, bool reflection)
      : registry_(registry), security_(std::move(security)), reflection_(reflection) {}

  grpc::ServerGenericBidiReactor* CreateReactor(grpc::GenericCallbackServerContext* context) override;

 private:
  Registry& registry_;
  const TransportSecurity security_;
  const bool reflection_;
};

}  // namespace plexus::rpc
