#include "services/room/domain/create_room_events.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/base/matrix_error.h"
#include "common/base/status_macros.h"
#include "common/json/access.h"
#include "common/matrix/event_types.h"
#include "common/matrix/ids.h"
#include "services/room/domain/default_power_levels.h"

namespace plexus::room {
namespace {

StateEventWish Event(std::string_view type, json::Object content, std::string state_key = "") {
  return {std::string(type), std::move(state_key), std::move(content)};
}

StateEventWish Member(const std::string& user_id, const MemberWish& wish) {
  return Event(matrix::kRoomMember, MemberContent(wish), user_id);
}

MemberProfile ProfileOf(const Profiles& profiles, const std::string& user_id) {
  auto found = profiles.find(user_id);
  return found == profiles.end() ? MemberProfile() : found->second;
}

std::vector<StateEventWish> PresetEvents(Preset preset) {
  const bool is_public = preset == Preset::kPublicChat;
  std::vector<StateEventWish> events;
  events.push_back(Event(matrix::kRoomJoinRules, {{"join_rule", is_public ? "public" : "invite"}}));
  events.push_back(Event(matrix::kRoomHistoryVisibility, {{"history_visibility", "shared"}}));
  events.push_back(Event(matrix::kRoomGuestAccess, {{"guest_access", is_public ? "forbidden" : "can_join"}}));
  return events;
}

// The topic in plain text, and as the extensible event that clients prefer (Client-Server API, "m.room.topic").
json::Object TopicContent(const std::string& topic) {
  json::Array texts;
  texts.push_back(json::Object{{"body", topic}, {"mimetype", "text/plain"}});
  json::Object rich;
  rich["m.text"] = std::move(texts);
  json::Object content;
  content["topic"] = topic;
  content["m.topic"] = std::move(rich);
  return content;
}

std::vector<StateEventWish> NamedEvents(const CreateRoomBody& body) {
  std::vector<StateEventWish> events;
  if (body.name && !body.name->empty()) events.push_back(Event(matrix::kRoomName, {{"name", *body.name}}));
  if (body.topic && !body.topic->empty()) events.push_back(Event(matrix::kRoomTopic, TopicContent(*body.topic)));
  return events;
}

// Appends those of `events` whose place no event of `later` takes.
void AppendUnlessIn(std::vector<StateEventWish>& out, std::vector<StateEventWish> events,
                    const std::vector<StateEventWish>& later) {
  for (StateEventWish& event : events) {
    const bool replaced = std::any_of(later.begin(), later.end(), [&](const StateEventWish& other) {
      return other.type == event.type && other.state_key == event.state_key;
    });
    if (!replaced) out.push_back(std::move(event));
  }
}

void AddCreator(json::Array& creators, const std::string& user_id) {
  const bool listed = std::any_of(creators.begin(), creators.end(),
                                  [&](const json::Value& value) { return json::AsString(value) == user_id; });
  if (!listed) creators.push_back(json::Value(user_id));
}

// The given ones, and everybody who is to be trusted.
absl::StatusOr<json::Array> AdditionalCreators(const CreateRoomBody& body, const std::string& creator) {
  json::Array creators;
  PLEXUS_ASSIGN_OR_RETURN(std::optional<std::vector<std::string>> given,
                          json::OptionalStrings(body.creation_content, "additional_creators"));
  if (given) {
    for (const std::string& user_id : *given) {
      if (!matrix::IsValidUserId(user_id)) return errors::BadJson(absl::StrCat("Not a user id: ", user_id));
      if (user_id != creator) AddCreator(creators, user_id);
    }
  }
  if (body.preset == Preset::kTrustedPrivateChat) {
    for (const std::string& invitee : body.invite) AddCreator(creators, invitee);
  }
  return creators;
}

}  // namespace

absl::StatusOr<json::Object> CreateContent(const CreateRoomBody& body, const std::string& creator) {
  json::Object content = body.creation_content;
  content.erase("creator");
  content.erase("room_version");
  if (!body.version->creators_outrank_everyone) return content;
  PLEXUS_ASSIGN_OR_RETURN(json::Array creators, AdditionalCreators(body, creator));
  content.erase("additional_creators");
  if (!creators.empty()) content["additional_creators"] = std::move(creators);
  return content;
}

std::vector<StateEventWish> EventsOfNewRoom(const CreateRoomBody& body, const std::string& creator,
                                            const Profiles& profiles) {
  std::vector<StateEventWish> events;
  MemberWish join;
  join.profile = ProfileOf(profiles, creator);
  events.push_back(Member(creator, join));
  events.push_back(Event(matrix::kRoomPowerLevels, InitialPowerLevels(body, creator)));
  if (!body.alias.empty()) events.push_back(Event(matrix::kRoomCanonicalAlias, {{"alias", body.alias}}));
  AppendUnlessIn(events, PresetEvents(body.preset), body.initial_state);
  std::vector<StateEventWish> named = NamedEvents(body);
  AppendUnlessIn(events, body.initial_state, named);
  AppendUnlessIn(events, std::move(named), {});
  for (const std::string& invitee : body.invite) {
    MemberWish invite;
    invite.membership = matrix::Membership::kInvite;
    invite.profile = ProfileOf(profiles, invitee);
    invite.is_direct = body.is_direct;
    events.push_back(Member(invitee, invite));
  }
  return events;
}

}  // namespace plexus::room
