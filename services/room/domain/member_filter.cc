#include "services/room/domain/member_filter.h"

#include "absl/strings/str_cat.h"
#include "common/base/matrix_error.h"
#include "common/base/status_macros.h"

namespace plexus::room {
namespace {

absl::StatusOr<std::optional<matrix::Membership>> Parse(std::string_view name, std::string_view text) {
  if (text.empty()) return std::nullopt;
  std::optional<matrix::Membership> membership = matrix::ParseMembership(text);
  if (!membership) return errors::InvalidParam(absl::StrCat("`", name, "` is not a membership."));
  return membership;
}

}  // namespace

bool MemberFilter::Passes(matrix::Membership membership) const {
  if (!is && !is_not) return true;
  return (is && membership == *is) || (is_not && membership != *is_not);
}

absl::StatusOr<MemberFilter> ParseMemberFilter(std::string_view membership, std::string_view not_membership) {
  MemberFilter filter;
  PLEXUS_ASSIGN_OR_RETURN(filter.is, Parse("membership", membership));
  PLEXUS_ASSIGN_OR_RETURN(filter.is_not, Parse("not_membership", not_membership));
  return filter;
}

}  // namespace plexus::room
