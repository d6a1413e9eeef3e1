// What a client asks for with POST /createRoom.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "common/json/value.h"
#include "common/matrix/room_version.h"

namespace plexus::room {

enum class Preset { kPrivateChat, kTrustedPrivateChat, kPublicChat };

struct StateEventWish {
  std::string type;
  std::string state_key;
  json::Object content;
};

inline constexpr size_t kMaxInvites = 100;
inline constexpr size_t kMaxInitialState = 200;

struct CreateRoomBody {
  const matrix::RoomVersion* version = nullptr;
  Preset preset = Preset::kPrivateChat;
  bool published = false;
  std::string alias;  // whole; empty: none
  std::optional<std::string> name;
  std::optional<std::string> topic;
  std::vector<std::string> invite;  // without duplicates
  bool is_direct = false;
  json::Object creation_content;
  std::vector<StateEventWish> initial_state;
  json::Object power_levels;  // power_level_content_override
};

struct CreateRoomDefaults {
  std::string_view room_version;
  std::string_view server_name;
  std::string_view creator;
};

// Errors: 400 M_BAD_JSON, M_MISSING_PARAM, M_INVALID_PARAM, M_UNSUPPORTED_ROOM_VERSION; 403 M_THREEPID_DENIED for
// invitations by third-party identifiers, which need an identity server.
absl::StatusOr<CreateRoomBody> ParseCreateRoom(const json::Object& body, const CreateRoomDefaults& defaults);

}  // namespace plexus::room
