// Which members GET /rooms/{roomId}/members lists.
#pragma once

#include <optional>
#include <string_view>

#include "absl/status/statusor.h"
#include "common/matrix/membership.h"

namespace plexus::room {

struct MemberFilter {
  std::optional<matrix::Membership> is;
  std::optional<matrix::Membership> is_not;

  // With both, either suffices.
  bool Passes(matrix::Membership membership) const;
};

// Empty texts are no restriction. 400 M_INVALID_PARAM for what is no membership.
absl::StatusOr<MemberFilter> ParseMemberFilter(std::string_view membership, std::string_view not_membership);

}  // namespace plexus::room
