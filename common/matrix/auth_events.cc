#include "common/matrix/auth_events.h"

#include <algorithm>

#include "common/json/access.h"
#include "common/matrix/event_types.h"

namespace plexus::matrix {
namespace {

void Add(std::vector<StateKey>& keys, std::string_view type, std::string_view state_key) {
  StateKey key{std::string(type), std::string(state_key)};
  if (std::find(keys.begin(), keys.end(), key) == keys.end()) keys.push_back(std::move(key));
}

std::optional<std::string_view> InviteToken(const json::Object& content) {
  const json::Object* invite = json::GetObject(content, "third_party_invite");
  const json::Object* signed_part = invite == nullptr ? nullptr : json::GetObject(*invite, "signed");
  return signed_part == nullptr ? std::nullopt : json::GetString(*signed_part, "token");
}

void AddForMember(std::vector<StateKey>& keys, const RoomVersion& version, std::string_view target,
                  const json::Object& content) {
  const std::string_view membership = json::GetString(content, "membership").value_or("");
  Add(keys, kRoomMember, target);
  if (membership == "join" || membership == "invite" || (membership == "knock" && version.knocking)) {
    Add(keys, kRoomJoinRules, "");
  }
  if (membership == "invite") {
    if (auto token = InviteToken(content)) Add(keys, kRoomThirdPartyInvite, *token);
  }
  if (membership == "join" && version.restricted_joins) {
    if (auto user = json::GetString(content, "join_authorised_via_users_server")) Add(keys, kRoomMember, *user);
  }
}

}  // namespace

std::vector<StateKey> AuthEventKeys(const RoomVersion& version, std::string_view type,
                                    std::optional<std::string_view> state_key, std::string_view sender,
                                    const json::Object& content) {
  std::vector<StateKey> keys;
  if (type == kRoomCreate) return keys;
  keys.reserve(6);
  if (version.create_in_auth_events) Add(keys, kRoomCreate, "");
  Add(keys, kRoomPowerLevels, "");
  Add(keys, kRoomMember, sender);
  if (type == kRoomMember && state_key) AddForMember(keys, version, *state_key, content);
  return keys;
}

}  // namespace plexus::matrix
