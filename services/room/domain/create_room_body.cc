#include "services/room/domain/create_room_body.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/base/matrix_error.h"
#include "common/base/status_macros.h"
#include "common/json/access.h"
#include "common/matrix/ids.h"

namespace plexus::room {
namespace {

absl::StatusOr<const matrix::RoomVersion*> VersionOf(const json::Object& body, std::string_view otherwise) {
  PLEXUS_ASSIGN_OR_RETURN(std::optional<std::string> wanted, json::OptionalString(body, "room_version"));
  const std::string id = wanted.value_or(std::string(otherwise));
  const matrix::RoomVersion* version = matrix::FindCreatableRoomVersion(id);
  if (version == nullptr) return errors::UnsupportedRoomVersion(id);
  return version;
}

absl::StatusOr<bool> IsPublished(const json::Object& body) {
  PLEXUS_ASSIGN_OR_RETURN(std::optional<std::string> visibility, json::OptionalString(body, "visibility"));
  if (!visibility || *visibility == "private") return false;
  if (*visibility == "public") return true;
  return errors::InvalidParam("`visibility` must be public or private.");
}

absl::StatusOr<Preset> PresetOf(const json::Object& body, bool published) {
  PLEXUS_ASSIGN_OR_RETURN(std::optional<std::string> preset, json::OptionalString(body, "preset"));
  if (!preset) return published ? Preset::kPublicChat : Preset::kPrivateChat;
  if (*preset == "private_chat") return Preset::kPrivateChat;
  if (*preset == "trusted_private_chat") return Preset::kTrustedPrivateChat;
  if (*preset == "public_chat") return Preset::kPublicChat;
  return errors::InvalidParam("`preset` must be private_chat, trusted_private_chat or public_chat.");
}

absl::StatusOr<std::string> AliasOf(const json::Object& body, std::string_view server_name) {
  PLEXUS_ASSIGN_OR_RETURN(std::optional<std::string> localpart, json::OptionalString(body, "room_alias_name"));
  if (!localpart) return std::string();
  std::string alias = absl::StrCat("#", *localpart, ":", server_name);
  const bool has_separator = localpart->find_first_of(": \t\r\n#") != std::string::npos;
  if (localpart->empty() || has_separator || !matrix::IsValidRoomAlias(alias)) {
    return errors::InvalidParam("`room_alias_name` is not the local part of a room alias.");
  }
  return alias;
}

absl::StatusOr<std::vector<std::string>> InviteesOf(const json::Object& body, std::string_view creator) {
  PLEXUS_ASSIGN_OR_RETURN(std::optional<std::vector<std::string>> listed, json::OptionalStrings(body, "invite"));
  std::vector<std::string> invitees;
  if (!listed) return invitees;
  if (listed->size() > kMaxInvites) return errors::InvalidParam("Too many invitations.");
  for (const std::string& user_id : *listed) {
    if (!matrix::IsValidUserId(user_id)) return errors::InvalidParam(absl::StrCat("Not a user id: ", user_id));
    if (user_id == creator) return errors::InvalidParam("Nobody can invite themselves.");
    if (std::find(invitees.begin(), invitees.end(), user_id) == invitees.end()) invitees.push_back(user_id);
  }
  return invitees;
}

absl::Status RefuseThirdPartyInvites(const json::Object& body) {
  PLEXUS_ASSIGN_OR_RETURN(const json::Array* invites, json::OptionalArray(body, "invite_3pid"));
  if (invites == nullptr || invites->empty()) return absl::OkStatus();
  return errors::Matrix(403, "M_THREEPID_DENIED", "This server does not invite by third-party identifiers.");
}

absl::StatusOr<StateEventWish> StateEventOf(const json::Value& value) {
  if (!value.is_object()) return errors::BadJson("`initial_state` must hold objects.");
  const json::Object& event = value.get_object();
  StateEventWish wish;
  PLEXUS_ASSIGN_OR_RETURN(wish.type, json::RequireString(event, "type"));
  PLEXUS_ASSIGN_OR_RETURN(std::optional<std::string> state_key, json::OptionalString(event, "state_key"));
  wish.state_key = state_key.value_or("");
  PLEXUS_ASSIGN_OR_RETURN(const json::Object* content, json::RequireObject(event, "content"));
  wish.content = *content;
  return wish;
}

absl::StatusOr<std::vector<StateEventWish>> InitialStateOf(const json::Object& body) {
  PLEXUS_ASSIGN_OR_RETURN(const json::Array* listed, json::OptionalArray(body, "initial_state"));
  std::vector<StateEventWish> events;
  if (listed == nullptr) return events;
  if (listed->size() > kMaxInitialState) return errors::InvalidParam("Too many events in `initial_state`.");
  for (const json::Value& value : *listed) {
    PLEXUS_ASSIGN_OR_RETURN(StateEventWish wish, StateEventOf(value));
    events.push_back(std::move(wish));
  }
  return events;
}

absl::StatusOr<json::Object> ObjectOrEmpty(const json::Object& body, std::string_view key) {
  PLEXUS_ASSIGN_OR_RETURN(const json::Object* object, json::OptionalObject(body, key));
  return object == nullptr ? json::Object() : *object;
}

}  // namespace

absl::StatusOr<CreateRoomBody> ParseCreateRoom(const json::Object& body, const CreateRoomDefaults& defaults) {
  CreateRoomBody parsed;
  PLEXUS_RETURN_IF_ERROR(RefuseThirdPartyInvites(body));
  PLEXUS_ASSIGN_OR_RETURN(parsed.version, VersionOf(body, defaults.room_version));
  PLEXUS_ASSIGN_OR_RETURN(parsed.published, IsPublished(body));
  PLEXUS_ASSIGN_OR_RETURN(parsed.preset, PresetOf(body, parsed.published));
  PLEXUS_ASSIGN_OR_RETURN(parsed.alias, AliasOf(body, defaults.server_name));
  PLEXUS_ASSIGN_OR_RETURN(parsed.name, json::OptionalString(body, "name"));
  PLEXUS_ASSIGN_OR_RETURN(parsed.topic, json::OptionalString(body, "topic"));
  PLEXUS_ASSIGN_OR_RETURN(parsed.invite, InviteesOf(body, defaults.creator));
  PLEXUS_ASSIGN_OR_RETURN(std::optional<bool> is_direct, json::OptionalBool(body, "is_direct"));
  parsed.is_direct = is_direct.value_or(false);
  PLEXUS_ASSIGN_OR_RETURN(parsed.creation_content, ObjectOrEmpty(body, "creation_content"));
  PLEXUS_ASSIGN_OR_RETURN(parsed.initial_state, InitialStateOf(body));
  PLEXUS_ASSIGN_OR_RETURN(parsed.power_levels, ObjectOrEmpty(body, "power_level_content_override"));
  return parsed;
}

}  // namespace plexus::room
