#include "common/rpc/shard_of.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace plexus::rpc {
namespace {

// Data is placed by these: they never change.
TEST(ShardOfTest, HashesAsItAlwaysDid) {
  EXPECT_EQ(StableHash(""), 0xefd01f60ba992926u);
  EXPECT_EQ(StableHash("!abcdefghijklmnopqr:example.org"), 0x76d4ef58cfa75d7u);
  EXPECT_EQ(StableHash("@alice:example.org"), 0x90879e9f411eab0au);
  EXPECT_EQ(ShardOf("@alice:example.org", 16), 10);
  EXPECT_EQ(ShardOf("!abcdefghijklmnopqr:example.org", 16), 7);
}

TEST(ShardOfTest, SpreadsSimilarIdsEvenly) {
  std::vector<int> counts(16);
  for (int i = 0; i < 16'000; ++i) ++counts[ShardOf("@user" + std::to_string(i) + ":example.org", 16)];
  for (int count : counts) {
    EXPECT_GT(count, 850);
    EXPECT_LT(count, 1150);
  }
}

}  // namespace
}  // namespace plexus::rpc
