#include "common/matrix/room_version.h"

#include <array>

namespace plexus::matrix {
namespace {

// Each version is the next one without what that one brought.
constexpr RoomVersion V11() { return {.id = "11"}; }

constexpr RoomVersion V12() {
  RoomVersion version = V11();
  version.id = "12";
  version.room_id_is_create_event = true;
  version.create_in_auth_events = false;
  version.creators_outrank_everyone = true;
  version.state_resolution = StateResolution::kV2_1;
  return version;
}

constexpr RoomVersion V10() {
  RoomVersion version = V11();
  version.id = "10";
  version.redacts_in_content = false;
  version.relaxed_redaction = false;
  version.creator_in_content = true;
  return version;
}

constexpr RoomVersion V9() {
  RoomVersion version = V10();
  version.id = "9";
  version.integer_power_levels = false;
  version.knock_restricted_joins = false;
  return version;
}

constexpr RoomVersion V8() {
  RoomVersion version = V9();
  version.id = "8";
  version.authoriser_survives = false;
  return version;
}

constexpr RoomVersion V7() {
  RoomVersion version = V8();
  version.id = "7";
  version.restricted_joins = false;
  return version;
}

constexpr RoomVersion V6() {
  RoomVersion version = V7();
  version.id = "6";
  version.knocking = false;
  return version;
}

constexpr RoomVersion V5() {
  RoomVersion version = V6();
  version.id = "5";
  version.strict_json = false;
  version.aliases_by_domain = true;
  version.notification_levels_ruled = false;
  return version;
}

constexpr RoomVersion V4() {
  RoomVersion version = V5();
  version.id = "4";
  version.key_validity = false;
  return version;
}

constexpr RoomVersion V3() {
  RoomVersion version = V4();
  version.id = "3";
  version.event_ids = EventIds::kHash;
  return version;
}

constexpr RoomVersion V2() {
  RoomVersion version = V3();
  version.id = "2";
  version.creatable = false;
  version.event_ids = EventIds::kChosen;
  version.redaction_rule = true;
  return version;
}

constexpr RoomVersion V1() {
  RoomVersion version = V2();
  version.id = "1";
  version.state_resolution = StateResolution::kV1;
  return version;
}

constexpr std::array kVersions = {V1(), V2(), V3(), V4(), V5(), V6(), V7(), V8(), V9(), V10(), V11(), V12()};

}  // namespace

const RoomVersion* FindRoomVersion(std::string_view id) {
  for (const RoomVersion& version : kVersions) {
    if (version.id == id) return &version;
  }
  return nullptr;
}

const RoomVersion* FindCreatableRoomVersion(std::string_view id) {
  const RoomVersion* version = FindRoomVersion(id);
  return version != nullptr && version->creatable ? version : nullptr;
}

absl::Span<const RoomVersion> SupportedRoomVersions() { return kVersions; }

}  // namespace plexus::matrix
