#include "common/matrix/room_version.h"

#include <gtest/gtest.h>

#include "common/matrix/every_room_version.h"

namespace plexus::matrix {
namespace {

TEST(RoomVersionTest, KnowsAllOfTheSpecification) {
  ASSERT_EQ(SupportedRoomVersions().size(), 12u);
  for (int i = 0; i < 12; ++i) {
    const RoomVersion& version = SupportedRoomVersions()[static_cast<size_t>(i)];
    EXPECT_EQ(version.id, std::to_string(i + 1));
    EXPECT_TRUE(version.stable);
    EXPECT_EQ(FindRoomVersion(version.id), &version);
  }
  EXPECT_EQ(FindRoomVersion("13"), nullptr);
  EXPECT_EQ(FindRoomVersion("01"), nullptr);
  EXPECT_EQ(FindRoomVersion(""), nullptr);
}

TEST(RoomVersionTest, NewRoomsCanHaveTheDefaultAndWhatHashesItsEventIds) {
  EXPECT_NE(FindCreatableRoomVersion(kDefaultRoomVersion), nullptr);
  for (const std::string& version : AllVersions()) {
    EXPECT_EQ(FindCreatableRoomVersion(version) != nullptr, IsSince(3, version)) << version;
  }
  EXPECT_EQ(FindCreatableRoomVersion("unheard-of"), nullptr);
}

// Where each trait begins, by the sections of the room versions' pages that are marked as changed.
TEST(RoomVersionTest, TraitsBeginWhereTheSpecificationSays) {
  struct Case {
    bool RoomVersion::*trait;
    bool value;
    int since;
  };
  const Case cases[] = {
      {&RoomVersion::redaction_rule, false, 3},
      {&RoomVersion::key_validity, true, 5},
      {&RoomVersion::strict_json, true, 6},
      {&RoomVersion::aliases_by_domain, false, 6},
      {&RoomVersion::notification_levels_ruled, true, 6},
      {&RoomVersion::knocking, true, 7},
      {&RoomVersion::restricted_joins, true, 8},
      {&RoomVersion::authoriser_survives, true, 9},
      {&RoomVersion::integer_power_levels, true, 10},
      {&RoomVersion::knock_restricted_joins, true, 10},
      {&RoomVersion::redacts_in_content, true, 11},
      {&RoomVersion::relaxed_redaction, true, 11},
      {&RoomVersion::creator_in_content, false, 11},
      {&RoomVersion::room_id_is_create_event, true, 12},
      {&RoomVersion::create_in_auth_events, false, 12},
      {&RoomVersion::creators_outrank_everyone, true, 12},
  };
  for (size_t i = 0; i < std::size(cases); ++i) {
    for (const std::string& id : AllVersions()) {
      const bool has = FindRoomVersion(id)->*cases[i].trait == cases[i].value;
      EXPECT_EQ(has, IsSince(cases[i].since, id)) << "trait " << i << " in room version " << id;
    }
  }
}

TEST(RoomVersionTest, AlgorithmsAreThoseOfTheSpecification) {
  for (const std::string& id : AllVersions()) {
    const RoomVersion& version = *FindRoomVersion(id);
    using enum StateResolution;
    EXPECT_EQ(version.state_resolution, id == "1" ? kV1 : id == "12" ? kV2_1 : kV2) << id;
    EXPECT_EQ(version.event_ids, !IsSince(3, id) ? EventIds::kChosen
                                 : id == "3"     ? EventIds::kHash
                                                 : EventIds::kUrlSafeHash)
        << id;
  }
}

}  // namespace
}  // namespace plexus::matrix
