// Who may see an event. Client-Server API, "Room History Visibility".
#pragma once

#include <cstdint>
#include <string_view>

#include "common/matrix/event_auth.h"
#include "common/matrix/membership.h"

namespace plexus::matrix {

// The numbers are stored: never change one.
enum class HistoryVisibility : uint8_t { kShared = 0, kWorldReadable = 1, kInvited = 2, kJoined = 3 };

// kShared for what is not understood.
HistoryVisibility ParseHistoryVisibility(std::string_view text);
std::string_view ToString(HistoryVisibility visibility);
// What an m.room.history_visibility event says; kShared if there is none.
HistoryVisibility HistoryVisibilityOf(const Event* event);

// The room around one event, as far as one user's sight of it goes.
struct Sight {
  HistoryVisibility visibility_before = HistoryVisibility::kShared;
  // Differs from before only if the event is the room's m.room.history_visibility.
  HistoryVisibility visibility_after = HistoryVisibility::kShared;
  Membership membership_before = Membership::kLeave;
  // Differs from before only if the event is the user's own m.room.member.
  Membership membership_after = Membership::kLeave;
  // Whether the user has joined at some time after the event, or is joined now.
  bool joined_later = false;
};

// What there is to know of `user_id` around `event`, of which `before` is the room's state before it; see Sight for
// `joined_later`.
Sight SightOf(const Event& event, std::string_view user_id, AuthState before, bool joined_later);

// Whether the user may see the event.
bool CanSee(const Sight& sight);

}  // namespace plexus::matrix
