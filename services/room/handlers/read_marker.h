// How far somebody has read. Client-Server API, "Receipts" and "Fully read markers".
#pragma once

#include <string>

#include "absl/status/status.h"
#include "common/base/task.h"
#include "common/rpc/context.h"
#include "plexus/common/v1/requester.pb.h"
#include "services/room/room_tenant.h"

namespace plexus::room {

struct ReadMarker {
  std::string room_id;
  common::v1::Requester requester;
  std::string type;  // m.read, m.read.private or m.fully_read
  std::string event_id;
  std::string thread_id;  // empty: unthreaded
};

// Stores the marker: receipts with the room, m.fully_read with the user's account data. Errors: 400 M_INVALID_PARAM for
// another type; 403 M_FORBIDDEN for who is not in the room; 404 M_NOT_FOUND for an event that they may not see.
Task<absl::Status> SetReadMarker(const RoomTenant& tenant, rpc::Context context, ReadMarker marker);

}  // namespace plexus::room
