#include "services/room/domain/default_power_levels.h"

#include "common/matrix/event_types.h"

namespace plexus::room {
namespace {

constexpr int64_t kModerator = 50;
constexpr int64_t kAdministrator = 100;
// Where creators outrank everyone, nobody else may upgrade the room by default.
constexpr int64_t kCreatorsOnly = 150;

json::Object Users(const CreateRoomBody& body, const std::string& creator) {
  json::Object users;
  if (body.version->creators_outrank_everyone) return users;
  users[creator] = kAdministrator;
  if (body.preset == Preset::kTrustedPrivateChat) {
    for (const std::string& invitee : body.invite) users[invitee] = kAdministrator;
  }
  return users;
}

json::Object Events(const matrix::RoomVersion& version) {
  json::Object events;
  events[matrix::kRoomName] = kModerator;
  events[matrix::kRoomAvatar] = kModerator;
  events[matrix::kRoomCanonicalAlias] = kModerator;
  events[matrix::kRoomPowerLevels] = kAdministrator;
  events[matrix::kRoomHistoryVisibility] = kAdministrator;
  events[matrix::kRoomServerAcl] = kAdministrator;
  events[matrix::kRoomEncryption] = kAdministrator;
  events[matrix::kRoomTombstone] = version.creators_outrank_everyone ? kCreatorsOnly : kAdministrator;
  return events;
}

}  // namespace

json::Object InitialPowerLevels(const CreateRoomBody& body, const std::string& creator) {
  json::Object content;
  content["users"] = Users(body, creator);
  content["users_default"] = 0;
  content["events"] = Events(*body.version);
  content["events_default"] = 0;
  content["state_default"] = kModerator;
  content["ban"] = kModerator;
  content["kick"] = kModerator;
  content["redact"] = kModerator;
  content["invite"] = body.preset == Preset::kPublicChat ? kModerator : 0;
  for (const auto& member : body.power_levels) content[json::Key(member)] = member.value();
  return content;
}

}  // namespace plexus::room
