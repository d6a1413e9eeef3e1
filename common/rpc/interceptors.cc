#include "common/rpc/interceptors.h"

#include "absl/strings/str_cat.h"
#include "common/base/fault.h"
#include "common/base/random.h"
#include "common/rpc/status.h"

namespace plexus::rpc {
namespace {

constexpr size_t kRequestIdLength = 16;

}  // namespace

absl::Status RequestIds::Before(Context& context, const MethodInfo& method, const Message& request) {
  if (context.request_id.empty()) context.request_id = RandomAlphanumeric(kRequestIdLength);
  return absl::OkStatus();
}

absl::Status CallRecorder::After(const Context& context, const MethodInfo& method, const CallOutcome& outcome) {
  sink_(context, method, outcome);
  return absl::OkStatus();
}

absl::Status FaultPoints::Before(Context& context, const MethodInfo& method, const Message& request) {
  if (!FaultsArmed()) return absl::OkStatus();
  absl::Status fault = Fault(absl::StrCat("rpc.before.", method.full_name));
  return fault.ok() ? fault : NotExecuted(std::move(fault));
}

absl::Status FaultPoints::After(const Context& context, const MethodInfo& method, const CallOutcome& outcome) {
  if (!FaultsArmed()) return absl::OkStatus();
  return Fault(absl::StrCat("rpc.after.", method.full_name));
}

}  // namespace plexus::rpc
