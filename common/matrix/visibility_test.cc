#include "common/matrix/visibility.h"

#include <gtest/gtest.h>

#include "common/matrix/test_room.h"

namespace plexus::matrix {
namespace {

constexpr HistoryVisibility kAll[] = {HistoryVisibility::kWorldReadable, HistoryVisibility::kShared,
                                      HistoryVisibility::kInvited, HistoryVisibility::kJoined};

// An event that changes neither the user's membership nor the visibility.
bool Sees(HistoryVisibility visibility, Membership membership, bool joined_later) {
  return CanSee({visibility, visibility, membership, membership, joined_later});
}

TEST(VisibilityTest, MembersSeeEverything) {
  for (HistoryVisibility visibility : kAll) EXPECT_TRUE(Sees(visibility, Membership::kJoin, false));
}

TEST(VisibilityTest, OthersSeeByTheVisibility) {
  using enum HistoryVisibility;
  for (Membership membership : {Membership::kLeave, Membership::kBan, Membership::kKnock}) {
    for (bool later : {false, true}) {
      EXPECT_TRUE(Sees(kWorldReadable, membership, later));
      EXPECT_EQ(Sees(kShared, membership, later), later);
      EXPECT_FALSE(Sees(kInvited, membership, later));
      EXPECT_FALSE(Sees(kJoined, membership, later));
    }
  }
}

TEST(VisibilityTest, TheInvitedSeeWhereInvitedIsEnough) {
  using enum HistoryVisibility;
  EXPECT_TRUE(Sees(kInvited, Membership::kInvite, false));
  EXPECT_FALSE(Sees(kJoined, Membership::kInvite, true));
  EXPECT_FALSE(Sees(kShared, Membership::kInvite, false));
}

TEST(VisibilityTest, ChangesOfVisibilityAreSeenFromEitherSide) {
  using enum HistoryVisibility;
  EXPECT_TRUE(CanSee({kWorldReadable, kJoined, Membership::kLeave, Membership::kLeave, false}));
  EXPECT_TRUE(CanSee({kJoined, kWorldReadable, Membership::kLeave, Membership::kLeave, false}));
  EXPECT_FALSE(CanSee({kJoined, kInvited, Membership::kLeave, Membership::kLeave, true}));
}

TEST(VisibilityTest, OwnMembershipChangesAreSeenFromEitherSide) {
  using enum HistoryVisibility;
  EXPECT_TRUE(CanSee({kJoined, kJoined, Membership::kInvite, Membership::kJoin, false}));
  EXPECT_TRUE(CanSee({kJoined, kJoined, Membership::kJoin, Membership::kBan, false}));
  EXPECT_FALSE(CanSee({kJoined, kJoined, Membership::kInvite, Membership::kLeave, false}));
  EXPECT_TRUE(CanSee({kInvited, kInvited, Membership::kInvite, Membership::kLeave, false}));
}

TEST(VisibilityTest, TakesWhatIsNotUnderstoodForShared) {
  for (HistoryVisibility visibility : kAll) EXPECT_EQ(ParseHistoryVisibility(ToString(visibility)), visibility);
  EXPECT_EQ(ParseHistoryVisibility("unheard-of"), HistoryVisibility::kShared);
  EXPECT_EQ(HistoryVisibilityOf(nullptr), HistoryVisibility::kShared);
}

// By the state before an event and the event itself.
TEST(VisibilityTest, TakesBothSidesOfAnEventFromTheRoom) {
  TestRoom room("11");
  room.SetState(kRoomHistoryVisibility, R"({"history_visibility":"invited"})");
  room.SetMember("@b:one", "invite");
  auto sight = [&](const Event& event) {
    auto before = [&](std::string_view type, std::string_view key) { return room.Find(type, key); };
    return SightOf(event, "@b:one", before, true);
  };
  using enum HistoryVisibility;
  const Sight message = sight(room.Make(kRoomMessage, std::nullopt, "@a:one", "{}"));
  EXPECT_EQ(message.visibility_before, kInvited);
  EXPECT_EQ(message.visibility_after, kInvited);
  EXPECT_EQ(message.membership_before, Membership::kInvite);
  EXPECT_EQ(message.membership_after, Membership::kInvite);
  EXPECT_TRUE(message.joined_later);
  EXPECT_EQ(sight(room.Member("@b:one", "@b:one", "join")).membership_after, Membership::kJoin);
  EXPECT_EQ(sight(room.Member("@c:one", "@c:one", "join")).membership_after, Membership::kInvite);
  const std::string_view world = R"({"history_visibility":"world_readable"})";
  EXPECT_EQ(sight(room.Make(kRoomHistoryVisibility, "", "@a:one", world)).visibility_after, kWorldReadable);
  EXPECT_EQ(sight(room.Make(kRoomHistoryVisibility, "x", "@a:one", world)).visibility_after, kInvited);
  EXPECT_EQ(sight(room.Make(kRoomHistoryVisibility, "", "@a:one", world)).visibility_before, kInvited);
}

TEST(MembershipTest, ReadsItsOwnNames) {
  for (std::string_view name : {"leave", "join", "invite", "knock", "ban"}) {
    EXPECT_EQ(ToString(ParseMembership(name).value()), name);
  }
  EXPECT_FALSE(ParseMembership("lurk"));
  EXPECT_EQ(MembershipOf(nullptr), Membership::kLeave);
}

}  // namespace
}  // namespace plexus::matrix
