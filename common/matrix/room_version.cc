#include "common/matrix/room_version.h"

namespace plexus::matrix {
namespace {

constexpr RoomVersion kV12 = {
    .id = "12",
    .room_id_is_create_event = true,
    .creators_outrank_everyone = true,
    .create_in_auth_events = false,
    .state_resolution = StateResolution::kV2_1,
};

constexpr RoomVersion kVersions[] = {
    {.id = "10", .creator_in_content = true, .redacts_in_content = false, .relaxed_redaction = false},
    {.id = "11"},
    kV12,
};

}  // namespace

const RoomVersion* FindRoomVersion(std::string_view id) {
  for (const RoomVersion& version : kVersions) {
    if (version.id == id) return &version;
  }
  return nullptr;
}

absl::Span<const RoomVersion> SupportedRoomVersions() { return kVersions; }

}  // namespace plexus::matrix
