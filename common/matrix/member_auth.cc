#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/json/access.h"
#include "common/matrix/auth_context.h"
#include "common/matrix/ids.h"

// The numbers of rules are those of room version 11. Room version 12 and those before 6 count one more (4.3 is
// their 5.3); those before 8 lack 4.2, so that 4.3 is their 4.2 or 5.2; those before 7 lack knocking.

namespace plexus::matrix {
namespace {

constexpr std::string_view kAuthoriser = "join_authorised_via_users_server";

std::string_view Target(const AuthContext& context) { return *context.event.state_key(); }

// The room's join rule; a room without one is by invitation.
std::string_view JoinRule(const AuthContext& context) {
  const Event* rules = context.state(kRoomJoinRules, "");
  return rules == nullptr ? "invite" : json::GetString(rules->content(), "join_rule").value_or("");
}

// Rule 4.2.
absl::Status CheckAuthoriserSigned(const AuthContext& context) {
  if (!context.version.restricted_joins) return absl::OkStatus();
  const json::Value* authoriser = json::Find(context.event.content(), kAuthoriser);
  if (authoriser == nullptr) return absl::OkStatus();
  const std::string_view user_id = json::AsString(*authoriser).value_or("");
  if (!IsValidUserId(user_id) || !context.is_signed_by(context.event, ServerName(user_id))) {
    return Reject("The join is not signed by the server of the user who is said to authorise it");
  }
  return absl::OkStatus();
}

// Rule 4.3.1.
bool IsCreatorsFirstJoin(const AuthContext& context) {
  const auto& previous = context.event.prev_events();
  if (previous.size() != 1 || previous[0] != context.create.event_id()) return false;
  if (context.version.creator_in_content) return IsCreator(context.create, Target(context));
  return context.create.sender() == Target(context);
}

// Rule 4.3.5.
absl::Status CheckRestrictedJoin(const AuthContext& context, Membership current) {
  if (current == Membership::kJoin || current == Membership::kInvite) return absl::OkStatus();
  const std::string_view authoriser = json::GetString(context.event.content(), kAuthoriser).value_or("");
  if (context.MembershipOfUser(authoriser) != Membership::kJoin) {
    return Reject("The join is not authorised by a member of the room");
  }
  if (context.levels.UserLevel(authoriser) < context.levels.invite()) {
    return Reject("The join is authorised by a user who may not invite");
  }
  return absl::OkStatus();
}

// Rule 4.3.
absl::Status CheckJoin(const AuthContext& context) {
  if (IsCreatorsFirstJoin(context)) return absl::OkStatus();
  if (context.event.sender() != Target(context)) return Reject("Nobody can join for another user");
  const Membership current = context.SenderMembership();
  if (current == Membership::kBan) return Reject("You are banned from this room");
  const RoomVersion& version = context.version;
  const std::string_view rule = JoinRule(context);
  if (rule == "public") return absl::OkStatus();
  if ((rule == "restricted" && version.restricted_joins) ||
      (rule == "knock_restricted" && version.knock_restricted_joins)) {
    return CheckRestrictedJoin(context, current);
  }
  const bool by_invitation = rule == "invite" || (rule == "knock" && version.knocking);
  if (by_invitation && (current == Membership::kInvite || current == Membership::kJoin)) return absl::OkStatus();
  return Reject("You are not invited to this room");
}

// Rule 4.4.
absl::Status CheckInvite(const AuthContext& context) {
  if (const json::Value* invite = json::Find(context.event.content(), "third_party_invite")) {
    return CheckThirdPartyInvite(context, *invite);
  }
  if (context.SenderMembership() != Membership::kJoin) return Reject("You are not in the room");
  const Membership target = context.MembershipOfUser(Target(context));
  if (target == Membership::kJoin) return Reject(absl::StrCat(Target(context), " is already in the room"));
  if (target == Membership::kBan) return Reject(absl::StrCat(Target(context), " is banned from the room"));
  if (context.SenderLevel() < context.levels.invite()) return Reject("You don't have permission to invite users");
  return absl::OkStatus();
}

// Rule 4.5: leaving, turning an invitation down, kicking and unbanning.
absl::Status CheckLeave(const AuthContext& context) {
  const Membership sender = context.SenderMembership();
  if (context.event.sender() == Target(context)) {
    const bool there = sender == Membership::kInvite || sender == Membership::kJoin ||
                       (sender == Membership::kKnock && context.version.knocking);
    return there ? absl::OkStatus() : Reject("You are not in the room");
  }
  if (sender != Membership::kJoin) return Reject("You are not in the room");
  const int64_t level = context.SenderLevel();
  if (context.MembershipOfUser(Target(context)) == Membership::kBan && level < context.levels.ban()) {
    return Reject("You don't have permission to unban users");
  }
  if (level < context.levels.kick() || context.levels.UserLevel(Target(context)) >= level) {
    return Reject(absl::StrCat("You don't have permission to remove ", Target(context)));
  }
  return absl::OkStatus();
}

// Rule 4.6.
absl::Status CheckBan(const AuthContext& context) {
  if (context.SenderMembership() != Membership::kJoin) return Reject("You are not in the room");
  const int64_t level = context.SenderLevel();
  if (level < context.levels.ban() || context.levels.UserLevel(Target(context)) >= level) {
    return Reject(absl::StrCat("You don't have permission to ban ", Target(context)));
  }
  return absl::OkStatus();
}

// Rule 4.7.
absl::Status CheckKnock(const AuthContext& context) {
  const std::string_view rule = JoinRule(context);
  const bool open = rule == "knock" || (rule == "knock_restricted" && context.version.knock_restricted_joins);
  if (!open) return Reject("This room does not take knocks");
  if (context.event.sender() != Target(context)) return Reject("Nobody can knock for another user");
  switch (context.SenderMembership()) {
    case Membership::kBan: return Reject("You are banned from this room");
    case Membership::kInvite: return Reject("You are invited to this room already");
    case Membership::kJoin: return Reject("You are in this room already");
    case Membership::kLeave:
    case Membership::kKnock: break;
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckMember(const AuthContext& context) {
  std::optional<std::string_view> wanted = json::GetString(context.event.content(), "membership");
  if (!context.event.state_key() || !wanted) return Reject("A member event needs a state key and a membership");
  PLEXUS_RETURN_IF_ERROR(CheckAuthoriserSigned(context));
  std::optional<Membership> membership = ParseMembership(*wanted);
  if (!membership) return Reject("Unknown membership");
  switch (*membership) {
    case Membership::kJoin: return CheckJoin(context);
    case Membership::kInvite: return CheckInvite(context);
    case Membership::kLeave: return CheckLeave(context);
    case Membership::kBan: return CheckBan(context);
    case Membership::kKnock: break;
  }
  return context.version.knocking ? CheckKnock(context) : Reject("Unknown membership");
}

}  // namespace plexus::matrix
