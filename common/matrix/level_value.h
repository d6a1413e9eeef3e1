// The values of m.room.power_levels. Room Versions, "Deprecated event content schemas".
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "common/json/value.h"
#include "common/matrix/room_version.h"

namespace plexus::matrix {

// The level that `value` stands for: an integer; before room version 10 also a string that is one (" +0100 "), and
// before 6 a float, cut to its integer part. What is beyond 64 bits is taken for the nearest that is not. Nothing if it
// is no level.
std::optional<int64_t> LevelOf(const json::Value& value, const RoomVersion& version);

// The same of a member, which may be absent.
std::optional<int64_t> LevelOf(const json::Object& object, std::string_view key, const RoomVersion& version);

}  // namespace plexus::matrix
