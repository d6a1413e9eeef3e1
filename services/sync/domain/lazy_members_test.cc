#include "services/sync/domain/lazy_members.h"

#include <gtest/gtest.h>

namespace plexus::sync {
namespace {

TEST(LazyMembers, CountsOnlyWhatTheClientCameBackWith) {
  LazyMembers members;
  EXPECT_TRUE(members.Begin("")->empty());
  members.Commit("", "t1", {1, 2});
  EXPECT_EQ(members.Begin("t1")->size(), 2u);
  members.Commit("t1", "t2", {3});
  EXPECT_EQ(members.Begin("t1")->size(), 2u) << "the answer was lost: 3 is not there";
  members.Commit("t1", "t3", {4});
  EXPECT_EQ(members.Begin("t3")->size(), 3u);
}

TEST(LazyMembers, AnUnknownTokenForgetsAll) {
  LazyMembers members;
  members.Begin("");
  members.Commit("", "t1", {1});
  members.Begin("t1");
  EXPECT_TRUE(members.Begin("older")->empty());
}

TEST(LazyMembers, AnAnswerThatWasOvertakenDoesNotCount) {
  LazyMembers members;
  members.Begin("");
  members.Commit("", "t1", {1});
  members.Begin("t1");
  members.Commit("", "late", {9});
  EXPECT_TRUE(members.Begin("late")->empty());
}

TEST(LazyMembersCache, DropsTheDeviceThatWasUsedLongestAgo) {
  LazyMembersCache cache(2);
  auto a = cache.Find("@a:b", "A");
  cache.Find("@a:b", "B");
  EXPECT_EQ(cache.Find("@a:b", "A"), a);
  cache.Find("@a:b", "C");
  EXPECT_EQ(cache.Find("@a:b", "A"), a);
}

}  // namespace
}  // namespace plexus::sync
