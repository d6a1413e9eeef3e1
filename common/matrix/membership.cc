#include "common/matrix/membership.h"

#include "common/json/access.h"
#include "common/matrix/event.h"

namespace plexus::matrix {

std::optional<Membership> ParseMembership(std::string_view text) {
  for (Membership membership :
       {Membership::kLeave, Membership::kJoin, Membership::kInvite, Membership::kKnock, Membership::kBan}) {
    if (text == ToString(membership)) return membership;
  }
  return std::nullopt;
}

std::string_view ToString(Membership membership) {
  switch (membership) {
    case Membership::kLeave: return "leave";
    case Membership::kJoin: return "join";
    case Membership::kInvite: return "invite";
    case Membership::kKnock: return "knock";
    case Membership::kBan: return "ban";
  }
  return "leave";
}

Membership MembershipOf(const Event* member) {
  if (member == nullptr) return Membership::kLeave;
  return ParseMembership(json::GetString(member->content(), "membership").value_or("")).value_or(Membership::kLeave);
}

}  // namespace plexus::matrix
