#include "services/event_persister/domain/typing_board.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plexus::event_persister {
namespace {

using ::testing::ElementsAre;

TEST(TypingBoard, VersionsGrowAndCarryTheWholeValue) {
  TypingBoard board(7);
  EXPECT_TRUE(board.Start("!r", "@b:x", 10));
  EXPECT_FALSE(board.Start("!r", "@b:x", 20));
  EXPECT_TRUE(board.Start("!r", "@a:x", 15));
  const auto first = board.Update("!r");
  const auto second = board.Update("!r");
  EXPECT_EQ(first.epoch(), 7);
  EXPECT_LT(first.counter(), second.counter());
  EXPECT_THAT(first.user_ids(), ElementsAre("@a:x", "@b:x"));
}

TEST(TypingBoard, ExpiresAtTheRenewedTime) {
  TypingBoard board(1);
  board.Start("!r", "@a:x", 10);
  board.Start("!r", "@a:x", 20);
  EXPECT_TRUE(board.Expire(10).empty());
  EXPECT_EQ(board.NextExpiry(), 20);
  EXPECT_THAT(board.Expire(20), ElementsAre("!r"));
  EXPECT_TRUE(board.empty());
  EXPECT_EQ(board.NextExpiry(), std::nullopt);
  EXPECT_EQ(board.Update("!r").user_ids_size(), 0);
}

TEST(TypingBoard, HoldsNoMoreUsersThanItsBound) {
  TypingBoard board(1);
  for (size_t i = 0; i < TypingBoard::kMaxUsersPerRoom; ++i) board.Start("!r", std::to_string(i), 10);
  EXPECT_FALSE(board.Start("!r", "one too many", 10));
  EXPECT_TRUE(board.Stop("!r", "0"));
  EXPECT_FALSE(board.Stop("!r", "0"));
  EXPECT_TRUE(board.Start("!r", "one too many", 10));
}

}  // namespace
}  // namespace plexus::event_persister
