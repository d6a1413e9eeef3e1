#include "common/platform/host/call_log.h"

#include <google/protobuf/message.h>

#include <string>

#include "common/platform/log.h"

namespace plexus::platform {
namespace {

constexpr std::string_view kOwnRole = "platform";

LogLevel LevelOf(const rpc::MethodInfo& method, const rpc::CallOutcome& outcome) {
  if (outcome.status.code() == absl::StatusCode::kInternal) return LogLevel::kError;
  return outcome.remote && method.role != kOwnRole ? LogLevel::kInfo : LogLevel::kDebug;
}

// The text field of that name in the request; empty if it has none.
std::string FieldOf(const rpc::CallOutcome& outcome, const char* name) {
  if (outcome.request == nullptr) return "";
  const google::protobuf::Message& request = *outcome.request;
  const google::protobuf::FieldDescriptor* field = request.GetDescriptor()->FindFieldByName(name);
  const bool is_text =
      field != nullptr && field->type() == google::protobuf::FieldDescriptor::TYPE_STRING && !field->is_repeated();
  return is_text ? request.GetReflection()->GetString(request, field) : "";
}

}  // namespace

void LogCall(const rpc::Context& context, const rpc::MethodInfo& method, const rpc::CallOutcome& outcome) {
  const LogLevel level = LevelOf(method, outcome);
  if (!LogEnabled(level)) return;
  const bool is_fault = level == LogLevel::kError;
  Log(level, "rpc",
      {{"request_id", context.request_id},
       {"tenant", context.tenant},
       {"method", method.grpc_path},
       {"room", FieldOf(outcome, "room_id")},
       {"user", FieldOf(outcome, "user_id")},
       {"caller", context.caller},
       {"code", absl::StatusCodeToString(outcome.status.code())},
       {"ms", static_cast<double>(outcome.elapsed_nanos) / 1e6},
       {"why", is_fault ? std::string(outcome.status.message()) : ""}});
}

}  // namespace plexus::platform
