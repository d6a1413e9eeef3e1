// One log line for each RPC that a process handles.
#pragma once

#include "common/rpc/context.h"
#include "common/rpc/interceptor.h"
#include "common/rpc/method.h"

namespace plexus::platform {

// Request id, tenant, method, room or user, caller, code and milliseconds. Calls of other processes at level info;
// those within the process, whose request has a line of its own already, and the processes' talk about themselves at
// debug; faults at error, with the reason.
void LogCall(const rpc::Context& context, const rpc::MethodInfo& method, const rpc::CallOutcome& outcome);

}  // namespace plexus::platform
