// What every authorisation rule looks at. Private to common/matrix.
#pragma once

#include <string_view>

#include "absl/status/status.h"
#include "common/base/matrix_error.h"
#include "common/matrix/event.h"
#include "common/matrix/event_auth.h"
#include "common/matrix/event_types.h"
#include "common/matrix/membership.h"
#include "common/matrix/power_levels.h"

namespace plexus::matrix {

struct AuthContext {
  const RoomVersion& version;
  const Event& event;
  AuthState state;
  IsSignedBy is_signed_by;
  const Event& create;
  PowerLevels levels;

  Membership MembershipOfUser(std::string_view user_id) const { return MembershipOf(state(kRoomMember, user_id)); }
  Membership SenderMembership() const { return MembershipOfUser(event.sender()); }
  int64_t SenderLevel() const { return levels.UserLevel(event.sender()); }
};

inline absl::Status Reject(std::string_view reason) { return errors::Forbidden(reason); }

// The rules about m.room.member (rule 4, in room version 12 rule 5). member_auth.cc
absl::Status CheckMember(const AuthContext& context);

// The rules about invites with `third_party_invite` in their content. third_party_invite_auth.cc
absl::Status CheckThirdPartyInvite(const AuthContext& context, const json::Value& invite);

// The rules about m.room.power_levels (rule 9, in room version 12 rule 10). power_levels_auth.cc
absl::Status CheckPowerLevels(const AuthContext& context);

}  // namespace plexus::matrix
