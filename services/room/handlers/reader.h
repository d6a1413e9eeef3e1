// Who reads, taken from a request.
#pragma once

#include "plexus/common/v1/requester.pb.h"
#include "services/room/room_tenant.h"
#include "services/room/storage/event_list.h"

namespace plexus::room {

inline Reader ReaderOf(const RoomTenant& tenant, const common::v1::Requester& requester) {
  return {{requester.user_id(), requester.device_id()}, tenant.now_ms()};
}

}  // namespace plexus::room
