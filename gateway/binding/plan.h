// How an endpoint's inputs become the request message of its RPC: worked out once, when the table is compiled.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "common/rpc/method.h"
#include "gateway/binding/inputs.h"
#include "gateway/endpoint.h"

namespace google::protobuf {
class FieldDescriptor;
}

namespace plexus::gateway {

// Path variables and query parameters bind to the fields of their names, the body to `body_json`, the user to
// `requester` and, unless the path names one, to `user_id`, the network side to `client`. Immutable; thread-safe.
class BindingPlan {
 public:
  // InvalidArgument names the row and the field if they do not fit together.
  static absl::StatusOr<BindingPlan> Compile(const Endpoint& endpoint);

  // The request. 400 M_INVALID_PARAM names the query parameter that is not of its field's type: integers are decimal
  // and not negative, booleans are `true` or `false`.
  absl::StatusOr<std::shared_ptr<const Message>> Bind(const Inputs& inputs) const;

  const rpc::MethodInfo& method() const { return *method_; }

 private:
  using Field = const google::protobuf::FieldDescriptor*;

  absl::Status CompilePath(std::string_view pattern);
  absl::Status CompileQuery(const std::vector<std::string_view>& names);
  absl::Status BindQuery(const Inputs& inputs, Message& message) const;
  void BindIdentity(const Inputs& inputs, Message& message) const;
  Field FieldNamed(std::string_view name) const;

  const rpc::MethodInfo* method_ = nullptr;
  BindFunction bind_ = nullptr;
  std::vector<Field> path_;
  std::vector<std::pair<std::string, Field>> query_;
  Field body_ = nullptr, requester_ = nullptr, user_id_ = nullptr, client_ = nullptr;  // null: not to be set
};

}  // namespace plexus::gateway
