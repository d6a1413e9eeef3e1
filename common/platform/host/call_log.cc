#include "common/platform/host/call_log.h"

#include <google/protobuf/message.h>

#include <string>

#include "common/platform/log.h"

namespace plexus::platform {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr std::string_view kOwnRole = "platform";

LogLevel LevelOf(const rpc::MethodInfo& method, const rpc::CallOutcome& outcome) {
  if (outcome.status.code() == absl::StatusCode::kInternal) return LogLevel::kError;
  return outcome.remote && method.role != kOwnRole ? LogLevel::kInfo : LogLevel::kDebug;
}

// The text field of that name; empty if `message` has none.
std::string TextOf(const Message& message, const char* name) {
  const FieldDescriptor* field = message.GetDescriptor()->FindFieldByName(name);
  const bool is_text = field != nullptr && field->type() == FieldDescriptor::TYPE_STRING && !field->is_repeated();
  return is_text ? message.GetReflection()->GetString(message, field) : "";
}

// Whom a request is about, else who asks.
std::string UserOf(const Message& request) {
  std::string user = TextOf(request, "user_id");
  const FieldDescriptor* requester = request.GetDescriptor()->FindFieldByName("requester");
  const bool has_requester = requester != nullptr && requester->message_type() != nullptr && !requester->is_repeated();
  if (!user.empty() || !has_requester) return user;
  return TextOf(request.GetReflection()->GetMessage(request, requester), "user_id");
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
       {"room", outcome.request == nullptr ? "" : TextOf(*outcome.request, "room_id")},
       {"user", outcome.request == nullptr ? "" : UserOf(*outcome.request)},
       {"caller", context.caller},
       {"code", absl::StatusCodeToString(outcome.status.code())},
       {"ms", static_cast<double>(outcome.elapsed_nanos) / 1e6},
       {"why", is_fault ? std::string(outcome.status.message()) : ""}});
}

}  // namespace plexus::platform
