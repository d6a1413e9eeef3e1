// Tests that run in every room version.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "common/matrix/room_version.h"

namespace plexus::matrix {

inline std::vector<std::string> AllVersions() {
  std::vector<std::string> ids;
  for (const RoomVersion& version : SupportedRoomVersions()) ids.emplace_back(version.id);
  return ids;
}

// Whether the room version is `first` or a later one.
inline bool IsSince(int first, const std::string& version) { return std::stoi(version) >= first; }

inline std::string VersionName(const testing::TestParamInfo<std::string>& info) { return "V" + info.param; }

}  // namespace plexus::matrix

// Runs each TEST_P of `suite`, whose parameter is a room version's id, in all of them.
#define PLEXUS_IN_EVERY_ROOM_VERSION(suite) \
  INSTANTIATE_TEST_SUITE_P(RoomVersions, suite, testing::ValuesIn(AllVersions()), VersionName)
