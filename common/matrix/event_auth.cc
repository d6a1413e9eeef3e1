#include "common/matrix/event_auth.h"

#include <algorithm>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/json/access.h"
#include "common/matrix/auth_context.h"
#include "common/matrix/auth_events.h"
#include "common/matrix/ids.h"

namespace plexus::matrix {
namespace {

absl::Status CheckAdditionalCreators(const json::Object& content) {
  const json::Value* creators = json::Find(content, "additional_creators");
  if (creators == nullptr) return absl::OkStatus();
  const json::Array* list = creators->if_array();
  const bool valid = list != nullptr && std::all_of(list->begin(), list->end(), [](const json::Value& creator) {
                       std::optional<std::string_view> id = json::AsString(creator);
                       return id && id->size() <= kMaxIdBytes && IsValidUserId(*id);
                     });
  return valid ? absl::OkStatus() : Reject("additional_creators is not a list of user ids");
}

// Rule 1.
absl::Status CheckCreate(const RoomVersion& version, const Event& event) {
  if (!event.prev_events().empty()) return Reject("A create event has no previous events");
  if (version.room_id_is_create_event) {
    if (json::Find(event.json(), "room_id") != nullptr) return Reject("A create event has no room id");
  } else if (ServerName(event.room_id()) != ServerName(event.sender())) {
    return Reject("The room id's domain is not that of the creator");
  }
  if (const json::Value* named = json::Find(event.content(), "room_version")) {
    const RoomVersion* recognised = FindRoomVersion(json::AsString(*named).value_or(""));
    if (recognised == nullptr) return Reject("The create event names an unknown room version");
  }
  if (version.creator_in_content && json::Find(event.content(), "creator") == nullptr) {
    return Reject("The create event names no creator");
  }
  return version.creators_outrank_everyone ? CheckAdditionalCreators(event.content()) : absl::OkStatus();
}

// Rule 2 of room version 12; what earlier versions imply by looking at one room's state.
bool IsCreateEventOf(const Event& create, const Event& event) { return create.room_id() == event.room_id(); }

// Rule 3, in room version 12 rule 4.
absl::Status CheckFederation(const Event& create, const Event& event) {
  const bool local_only = json::GetBool(create.content(), "m.federate") == false;
  if (local_only && ServerName(event.sender()) != ServerName(create.sender())) {
    return Reject("This room is not open to other servers");
  }
  return absl::OkStatus();
}

// Rule 4 of room versions 1 to 5.
absl::Status CheckAliases(const Event& event) {
  if (!event.is_state()) return Reject("Aliases are a state event");
  if (ServerName(event.sender()) != event.state_key())
    return Reject("You are not allowed to set other servers' aliases");
  return absl::OkStatus();
}

// Rule 11 of room versions 1 and 2.
absl::Status CheckRedaction(const AuthContext& context) {
  if (context.SenderLevel() >= context.levels.redact()) return absl::OkStatus();
  const std::string_view target = context.event.redacts().value_or("");
  if (IsDomainEventId(target) && ServerName(target) == ServerName(context.event.event_id())) return absl::OkStatus();
  return Reject("You don't have permission to redact this event");
}

// Rules 5 to 9, in room version 12 and before 6 rules 6 to 10 or 11: everything but creation, aliases and membership.
absl::Status CheckOrdinary(const AuthContext& context) {
  const Event& event = context.event;
  if (context.SenderMembership() != Membership::kJoin) {
    return Reject(absl::StrCat("User ", event.sender(), " is not in the room"));
  }
  const int64_t level = context.SenderLevel();
  if (event.type() == kRoomThirdPartyInvite) {
    return level >= context.levels.invite() ? absl::OkStatus() : Reject("You don't have permission to invite users");
  }
  if (context.levels.RequiredLevel(event.type(), event.is_state()) > level) {
    return Reject(absl::StrCat("You don't have permission to send ", event.type(), " events"));
  }
  if (absl::StartsWith(event.state_key().value_or(""), "@") && event.state_key() != event.sender()) {
    return Reject("You are not allowed to set others' state");
  }
  if (event.type() == kRoomPowerLevels) return CheckPowerLevels(context);
  if (event.type() == kRoomRedaction && context.version.redaction_rule) return CheckRedaction(context);
  return absl::OkStatus();
}

bool HasStateKey(const std::vector<StateKey>& keys, const Event& event) {
  return std::any_of(keys.begin(), keys.end(),
                     [&](const StateKey& key) { return event.IsState(key.type, key.state_key); });
}

}  // namespace

absl::Status CheckAuth(const RoomVersion& version, const Event& event, AuthState state, IsSignedBy is_signed_by) {
  if (event.type() == kRoomCreate) return CheckCreate(version, event);
  const Event* create = state(kRoomCreate, "");
  if (create == nullptr || !IsCreateEventOf(*create, event)) return Reject("The room has no create event");
  PLEXUS_RETURN_IF_ERROR(CheckFederation(*create, event));
  if (event.type() == kRoomAliases && version.aliases_by_domain) return CheckAliases(event);
  const AuthContext context{version,      event,   state,
                            is_signed_by, *create, PowerLevels(*create, state(kRoomPowerLevels, ""))};
  return event.type() == kRoomMember ? CheckMember(context) : CheckOrdinary(context);
}

absl::Status CheckAuthEvents(const RoomVersion& version, const Event& event, absl::Span<const CitedEvent> cited) {
  if (event.type() == kRoomCreate) return absl::OkStatus();
  const std::vector<StateKey> allowed =
      AuthEventKeys(version, event.type(), event.state_key(), event.sender(), event.content());
  bool has_create = false;
  for (size_t i = 0; i < cited.size(); ++i) {
    const Event& auth = *cited[i].event;
    for (const CitedEvent& earlier : cited.first(i)) {
      if (earlier.event->type() == auth.type() && earlier.event->state_key() == auth.state_key()) {
        return Reject("auth_events has two events for one key");
      }
    }
    if (!HasStateKey(allowed, auth)) return Reject(absl::StrCat("auth_events may not have ", auth.type(), " here"));
    if (cited[i].rejected) return Reject("auth_events has an event that was rejected");
    if (auth.room_id() != event.room_id()) return Reject("auth_events has an event of another room");
    has_create |= auth.type() == kRoomCreate;
  }
  if (version.create_in_auth_events && !has_create) return Reject("auth_events lacks the create event");
  return absl::OkStatus();
}

bool MayRedact(const Event& redaction, const Event& target, AuthState state) {
  if (redaction.room_id() != target.room_id()) return false;
  if (redaction.version().redaction_rule) return true;
  if (ServerName(redaction.sender()) == ServerName(target.sender())) return true;
  const Event* create = state(kRoomCreate, "");
  if (create == nullptr) return false;
  const PowerLevels levels(*create, state(kRoomPowerLevels, ""));
  return levels.UserLevel(redaction.sender()) >= levels.redact();
}

}  // namespace plexus::matrix
