// The content of m.room.member events that room operations send.
#pragma once

#include <optional>
#include <string>

#include "common/json/value.h"
#include "common/matrix/membership.h"

namespace plexus::room {

// What a user's profile puts into their member events.
struct MemberProfile {
  std::optional<std::string> displayname;
  std::optional<std::string> avatar_url;
};

// From the body of an answer to GET /profile/{userId}.
MemberProfile ProfileFrom(const json::Object& body);

struct MemberWish {
  matrix::Membership membership = matrix::Membership::kJoin;
  MemberProfile profile;
  std::optional<std::string> reason;
  bool is_direct = false;
  std::string authoriser;  // who lets them into a restricted room; empty: nobody need
};

json::Object MemberContent(const MemberWish& wish);

}  // namespace plexus::room
