#include "gateway/binding/plan.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/base/matrix_error.h"
#include "common/base/status_macros.h"

namespace plexus::gateway {
namespace {

using google::protobuf::FieldDescriptor;

absl::Status Misfit(const Endpoint& endpoint, std::string_view field) {
  return absl::InvalidArgumentError(absl::StrCat(endpoint.method, " ", endpoint.path, ": ", endpoint.target.method,
                                                 " has no suitable field ", field));
}

// "{name}" and "{name?}" -> "name"; "" for a fixed segment.
std::string_view VariableName(std::string_view segment) {
  if (!segment.starts_with('{')) return "";
  segment = segment.substr(1, segment.size() - 2);
  return segment.ends_with('?') ? segment.substr(0, segment.size() - 1) : segment;
}

absl::Status BadParameter(std::string_view name, std::string_view expected) {
  return errors::InvalidParam(absl::StrCat("The query parameter ", name, " must be ", expected));
}

absl::Status SetParameter(std::string_view name, std::string_view value, const FieldDescriptor* field,
                          Message& message) {
  const google::protobuf::Reflection& reflection = *message.GetReflection();
  if (field->is_repeated()) {
    reflection.AddString(&message, field, std::string(value));
    return absl::OkStatus();
  }
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT64: {
      int64_t number = 0;
      if (!absl::SimpleAtoi(value, &number) || number < 0) return BadParameter(name, "a whole number from 0");
      reflection.SetInt64(&message, field, number);
      return absl::OkStatus();
    }
    case FieldDescriptor::CPPTYPE_BOOL:
      if (value != "true" && value != "false") return BadParameter(name, "true or false");
      reflection.SetBool(&message, field, value == "true");
      return absl::OkStatus();
    default: reflection.SetString(&message, field, std::string(value)); return absl::OkStatus();
  }
}

bool IsBindable(const FieldDescriptor* field) {
  if (field == nullptr) return false;
  const bool is_string = field->cpp_type() == FieldDescriptor::CPPTYPE_STRING;
  if (field->is_repeated()) return is_string;
  return is_string || field->cpp_type() == FieldDescriptor::CPPTYPE_INT64 ||
         field->cpp_type() == FieldDescriptor::CPPTYPE_BOOL;
}

}  // namespace

absl::StatusOr<BindingPlan> BindingPlan::Compile(const Endpoint& endpoint) {
  BindingPlan plan;
  PLEXUS_ASSIGN_OR_RETURN(plan.method_, rpc::FindMethod(endpoint.target.method));
  plan.bind_ = endpoint.traits.bind;
  if (absl::Status status = plan.CompilePath(endpoint.path); !status.ok()) return Misfit(endpoint, status.message());
  absl::Status status = plan.CompileQuery(endpoint.traits.query);
  if (!status.ok()) return Misfit(endpoint, status.message());
  plan.requester_ = plan.FieldNamed("requester");
  plan.client_ = plan.FieldNamed("client");
  plan.user_id_ = plan.requester_ == nullptr ? nullptr : plan.FieldNamed("user_id");
  if (std::find(plan.path_.begin(), plan.path_.end(), plan.user_id_) != plan.path_.end()) plan.user_id_ = nullptr;
  if (endpoint.traits.body != Body::kNone) {
    plan.body_ = plan.FieldNamed("body_json");
    // An endpoint may demand a body that carries nothing, if it says what else it binds.
    if (plan.body_ == nullptr && endpoint.traits.body == Body::kRequired) return Misfit(endpoint, "body_json");
  }
  return plan;
}

BindingPlan::Field BindingPlan::FieldNamed(std::string_view name) const {
  return method_->request_prototype->GetDescriptor()->FindFieldByName(std::string(name));
}

absl::Status BindingPlan::CompilePath(std::string_view pattern) {
  for (std::string_view segment : absl::StrSplit(pattern, '/')) {
    const std::string_view name = VariableName(segment);
    if (name.empty()) continue;
    Field field = FieldNamed(name);
    const bool is_string = IsBindable(field) && field->cpp_type() == FieldDescriptor::CPPTYPE_STRING;
    if (!is_string || field->is_repeated()) return absl::InvalidArgumentError(name);
    path_.push_back(field);
  }
  return absl::OkStatus();
}

absl::Status BindingPlan::CompileQuery(const std::vector<std::string_view>& names) {
  for (std::string_view name : names) {
    Field field = FieldNamed(name);
    if (!IsBindable(field)) return absl::InvalidArgumentError(name);
    query_.emplace_back(name, field);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::shared_ptr<const Message>> BindingPlan::Bind(const Inputs& inputs) const {
  std::shared_ptr<Message> message(method_->request_prototype->New());
  const google::protobuf::Reflection& reflection = *message->GetReflection();
  for (size_t i = 0; i < inputs.path_values.size(); ++i) {
    reflection.SetString(message.get(), path_[i], inputs.path_values[i]);
  }
  PLEXUS_RETURN_IF_ERROR(BindQuery(inputs, *message));
  BindIdentity(inputs, *message);
  if (body_ != nullptr) reflection.SetString(message.get(), body_, inputs.request.body);
  if (bind_ != nullptr) PLEXUS_RETURN_IF_ERROR(bind_(inputs, *message));
  return message;
}

absl::Status BindingPlan::BindQuery(const Inputs& inputs, Message& message) const {
  for (const auto& [name, field] : query_) {
    for (std::string_view value : inputs.query.GetAll(name)) {
      PLEXUS_RETURN_IF_ERROR(SetParameter(name, value, field, message));
      if (!field->is_repeated()) break;  // the first counts
    }
  }
  return absl::OkStatus();
}

void BindingPlan::BindIdentity(const Inputs& inputs, Message& message) const {
  const google::protobuf::Reflection& reflection = *message.GetReflection();
  if (client_ != nullptr) reflection.MutableMessage(&message, client_)->CopyFrom(inputs.client);
  if (!inputs.requester) return;
  if (requester_ != nullptr) reflection.MutableMessage(&message, requester_)->CopyFrom(*inputs.requester);
  if (user_id_ != nullptr) reflection.SetString(&message, user_id_, inputs.requester->user_id());
}

}  // namespace plexus::gateway
