#include "common/matrix/visibility.h"

#include <gtest/gtest.h>

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

TEST(MembershipTest, ReadsItsOwnNames) {
  for (std::string_view name : {"leave", "join", "invite", "knock", "ban"}) {
    EXPECT_EQ(ToString(ParseMembership(name).value()), name);
  }
  EXPECT_FALSE(ParseMembership("lurk"));
  EXPECT_EQ(MembershipOf(nullptr), Membership::kLeave);
}

}  // namespace
}  // namespace plexus::matrix
