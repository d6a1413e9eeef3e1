// What most handlers begin with.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "common/storage/readers/stored_event.h"
#include "plexus/common/v1/requester.pb.h"
#include "services/event_persister/handlers/handlers.h"

namespace plexus::event_persister {

// A room of a shard that is ours.
struct OpenRoom {
  TenantPersister::Seat seat;
  std::shared_ptr<HotRoom> room;

  RoomShard& shard() const { return *seat.rooms; }
};

// Errors: WrongOwner, Unavailable, 404 M_NOT_FOUND.
Task<absl::StatusOr<OpenRoom>> EnterRoom(Call call, std::string room_id);

// 403 M_FORBIDDEN unless the user is joined.
absl::Status RequireJoined(const HotRoom& room, std::string_view user_id);

// 403 M_USER_SUSPENDED for a suspended user. Client-Server API, "Account suspension".
absl::Status RequireNotSuspended(const common::v1::Requester& requester);

// Whether the user may change the room's canonical alias, or is an administrator of the server.
bool MayChangeAliases(const HotRoom& room, const common::v1::Requester& requester);

// The stored event of that room, outliers excepted. 404 M_NOT_FOUND.
Task<absl::StatusOr<storage::StoredEvent>> FindEvent(OpenRoom open, std::string event_id);

// Queues a unit without events for the room and waits for its commit.
Task<absl::Status> SubmitAndWait(OpenRoom open, UnitPtr unit);

}  // namespace plexus::event_persister
