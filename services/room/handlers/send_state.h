// Sending state events through event_persister.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "common/base/task.h"
#include "common/json/value.h"
#include "common/rpc/context.h"
#include "plexus/common/v1/requester.pb.h"
#include "services/room/domain/member_content.h"
#include "services/room/room_tenant.h"

namespace plexus::room {

struct StateChange {
  std::string room_id;
  common::v1::Requester requester;
  std::string type;
  std::string state_key;
  json::Object content;
};

// The id of the event, which is the existing one if the state is that already: so it is safe to repeat. Errors: those
// of EventPersisterService/SendEvent.
Task<absl::StatusOr<std::string>> SendState(const RoomTenant& tenant, rpc::Context context, StateChange change);

// The same for an m.room.member.
struct MemberChange {
  std::string room_id;
  common::v1::Requester requester;
  std::string user_id;  // whose membership
  MemberWish wish;
};
Task<absl::Status> SendMember(const RoomTenant& tenant, rpc::Context context, MemberChange change);

}  // namespace plexus::room
