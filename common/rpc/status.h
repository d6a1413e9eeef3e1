// What an absl::Status says about routing, and how it crosses a socket whole.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "common/rpc/shard_of.h"

namespace plexus::rpc {

// "Not mine": what a process answers for a shard that it does not own.
struct WrongOwner {
  ShardKind kind = ShardKind::kRoom;
  int shard = 0;
  std::string owner;    // process id; empty if unknown
  std::string address;  // "unix:/path" or "host:port"; empty if unknown
};

// FailedPrecondition carrying `wrong`. Nothing must have been executed.
absl::Status WrongOwnerStatus(const WrongOwner& wrong);
std::optional<WrongOwner> GetWrongOwner(const absl::Status& status);

// Marks an error of a call that certainly had no effect, so that it may be repeated even if not retry_safe.
absl::Status NotExecuted(absl::Status status);
// Whether it is marked so, or is a WrongOwner.
bool WasNotExecuted(const absl::Status& status);

// The bytes of `grpc-status-details-bin` (google.rpc.Status) for an error: its Matrix error typed, every other payload
// as it is. Empty if code and message say it all.
std::string EncodeStatusDetails(const absl::Status& status);

// The inverse. Malformed details are dropped: the code and message remain.
absl::Status DecodeStatus(absl::StatusCode code, std::string_view message, std::string_view details);

}  // namespace plexus::rpc
