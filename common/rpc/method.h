// Methods of gRPC services: their names at compile time, and what their descriptors say about them at run time.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "common/rpc/shard_of.h"

namespace google::protobuf {
class FieldDescriptor;
class Message;
}  // namespace google::protobuf

namespace plexus::rpc {

using google::protobuf::Message;

// A method and the types that go in and out, as protoc-gen-plexus writes it: AccountService::Login. For a method that
// `returns (stream X)`, Response is one X with the whole body (see kBodyField).
template <typename Req, typename Res>
struct Method {
  using Request = Req;
  using Response = Res;
  std::string_view full_name;  // "plexus.account.v1.AccountService.Login"
};

// The bytes field that is cut into chunks when a streamed answer crosses a socket.
inline constexpr char kBodyField[] = "body_json";

// What the generated descriptor says about a method. Lives for ever, never changes.
struct MethodInfo {
  std::string full_name;                                          // "plexus.account.v1.AccountService.Login"
  std::string service;                                            // "plexus.account.v1.AccountService"
  std::string grpc_path;                                          // "/plexus.account.v1.AccountService/Login"
  std::string role;                                               // "account"
  std::optional<ShardKind> route;                                 // nullopt: any copy
  const google::protobuf::FieldDescriptor* key_field = nullptr;   // the string that is hashed, or null
  const google::protobuf::FieldDescriptor* body_field = nullptr;  // of a streamed answer; null for unary methods
  bool affinity = false;  // any copy, but for one key the same while the copies stay the same
  const Message* request_prototype = nullptr;
  const Message* response_prototype = nullptr;
  bool streams = false;
  bool retry_safe = false;
  bool waits_for_news = false;
};

// The method by its full name. NotFound if no linked .proto has it; Internal if its options contradict its messages.
// Thread-safe; the first look-up of a method is slow.
absl::StatusOr<const MethodInfo*> FindMethod(std::string_view full_name);

// The method by its path on the wire ("/package.Service/Method"). NotFound as above.
absl::StatusOr<const MethodInfo*> FindMethodByPath(std::string_view grpc_path);

// The same for a method named by generated code, which cannot fail but by a mistake in its .proto: then it aborts.
const MethodInfo& GetMethodInfo(std::string_view full_name);

template <typename Req, typename Res>
const MethodInfo& InfoOf(const Method<Req, Res>& method) {
  return GetMethodInfo(method.full_name);
}

// The value of the field by which `request` is routed. InvalidArgument if it is empty. `method` must have a route.
absl::StatusOr<std::string> RoutingKey(const MethodInfo& method, const Message& request);

}  // namespace plexus::rpc
