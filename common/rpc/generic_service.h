// Turns every gRPC call into a call of the Registry. Internal to common/rpc: includes grpcpp.
#pragma once

#include <grpcpp/generic/async_generic_service.h>

#include "common/rpc/health.h"
#include "common/rpc/registry.h"
#include "common/rpc/service_calls.h"
#include "common/rpc/transport_security.h"

namespace plexus::rpc {

class GenericService final : public grpc::CallbackGenericService {
 public:
  GenericService(Registry& registry, std::shared_ptr<HealthBoard> health, TransportSecurity security, bool reflection)
      : registry_(registry), health_(std::move(health)), security_(std::move(security)), reflection_(reflection) {}

  grpc::ServerGenericBidiReactor* CreateReactor(grpc::GenericCallbackServerContext* context) override;

  // See GrpcServer::Drain.
  Task<bool> Drain(absl::Duration within);

 private:
  Registry& registry_;
  const std::shared_ptr<HealthBoard> health_;
  const TransportSecurity security_;
  const bool reflection_;
  ServiceCalls calls_{"calls"};      // being answered, but for those that wait
  ServiceCalls waiting_{"waiting"};  // being answered, of methods that wait for news
};

}  // namespace plexus::rpc
