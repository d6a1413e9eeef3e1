// The memberships of m.room.member.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace plexus::matrix {

class Event;

// The numbers are stored: never change one.
enum class Membership : uint8_t { kLeave = 0, kJoin = 1, kInvite = 2, kKnock = 3, kBan = 4 };

// Nothing if `text` is no membership.
std::optional<Membership> ParseMembership(std::string_view text);

std::string_view ToString(Membership membership);

// What an m.room.member event says; kLeave if there is none or it says nothing that is understood.
Membership MembershipOf(const Event* member);

}  // namespace plexus::matrix
