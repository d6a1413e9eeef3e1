// The events of a new room. Client-Server API, "POST /createRoom".
#pragma once

#include <map>
#include <string>
#include <vector>

#include "common/json/value.h"
#include "services/room/domain/create_room_body.h"
#include "services/room/domain/member_content.h"

namespace plexus::room {

// By user id; users without a profile may be absent.
using Profiles = std::map<std::string, MemberProfile>;

// Content of the create event but for what event_persister fills in (`creator`, `room_version`). 400 M_BAD_JSON if
// `additional_creators` is not a list of user ids where the room version knows it.
absl::StatusOr<json::Object> CreateContent(const CreateRoomBody& body, const std::string& creator);

// All state events after the create event, in the order of the specification, the creator's join first. A preset's
// event is left out if `initial_state` sets the same; so is one of `initial_state` that `name` or `topic` set.
std::vector<StateEventWish> EventsOfNewRoom(const CreateRoomBody& body, const std::string& creator,
                                            const Profiles& profiles);

}  // namespace plexus::room
