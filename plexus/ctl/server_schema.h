// The services and messages of a running Plexus, as its reflection describes them: nothing of them is compiled in.
#pragma once

#include <google/protobuf/descriptor.h>
#include <google/protobuf/dynamic_message.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "plexus/ctl/installation.h"

namespace plexus {

// Full names of the services, with the addresses of the processes that serve them.
absl::StatusOr<std::map<std::string, std::vector<std::string>>> ServedServices(Installation& plexus);

// The full name of a service given by it or by its last part ("AccountService"). UsageError lists what there is.
absl::StatusOr<std::string> ResolveService(Installation& plexus, const std::string& name);

// The files that define one symbol, and all that they import. Keeps what it returns alive.
class ServerSchema {
 public:
  // UsageError if the asked process knows no such symbol.
  static absl::StatusOr<std::unique_ptr<ServerSchema>> Load(Installation& plexus, const std::string& symbol);

  const google::protobuf::DescriptorPool& pool() const { return pool_; }
  // An empty message of that type; lives as long as this.
  const google::protobuf::Message* Prototype(const google::protobuf::Descriptor& type) {
    return factory_.GetPrototype(&type);
  }
  // What it takes to call a method over the wire.
  rpc::MethodInfo InfoOf(const google::protobuf::MethodDescriptor& method);

 private:
  google::protobuf::DescriptorPool pool_;
  google::protobuf::DynamicMessageFactory factory_;
};

}  // namespace plexus
