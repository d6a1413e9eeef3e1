#include "common/platform/leases/directory/directory.h"

#include <gtest/gtest.h>

namespace plexus::platform {
namespace {

Directory WithPersisters(std::vector<std::string> ids) {
  Directory directory;
  for (const std::string& id : ids) directory.processes[id] = {.id = id, .roles = {"event_persister"}};
  return directory;
}

ShardKey Room(int shard) { return {"tenant", 1, shard}; }

TEST(Directory, PrefersOnlyProcessesThatServeTheRole) {
  Directory directory = WithPersisters({"a"});
  directory.processes["b"] = {.id = "b", .roles = {"account"}};
  for (int shard = 0; shard < 32; ++shard) EXPECT_EQ(PreferredOwner(directory, Room(shard))->id, "a");
  EXPECT_EQ(PreferredOwner(directory, {"tenant", 2, 0})->id, "b");
  EXPECT_EQ(PreferredOwner(directory, {"tenant", 99, 0}), nullptr);
  EXPECT_EQ(PreferredOwner(Directory(), Room(0)), nullptr);
}

TEST(Directory, AJoiningProcessMovesOnlyWhatItGains) {
  Directory before = WithPersisters({"a", "b", "c"});
  Directory after = WithPersisters({"a", "b", "c", "d"});
  int gained = 0;
  for (int shard = 0; shard < 256; ++shard) {
    const std::string& owner = PreferredOwner(after, Room(shard))->id;
    if (owner == "d") ++gained;
    const std::string& earlier = PreferredOwner(before, Room(shard))->id;
    EXPECT_TRUE(owner == "d" || owner == earlier) << shard;
  }
  EXPECT_GT(gained, 256 / 4 / 2);
  EXPECT_LT(gained, 256 / 4 * 2);
}

// Processes of different releases have to agree.
TEST(Directory, TheHashNeverChanges) {
  Directory directory = WithPersisters({"a", "b", "c"});
  std::string owners;
  for (int shard = 0; shard < 16; ++shard) owners += PreferredOwner(directory, Room(shard))->id;
  EXPECT_EQ(owners, "cacaacbabaacacab");
}

TEST(Directory, AnOwnerThatIsNotAliveIsNone) {
  Directory directory = WithPersisters({"a"});
  directory.owners[Room(0)] = {"a", 1};
  directory.owners[Room(1)] = {"gone", 1};
  EXPECT_EQ(directory.OwnerOf(Room(0))->id, "a");
  EXPECT_EQ(directory.OwnerOf(Room(1)), nullptr);
  EXPECT_EQ(directory.OwnerOf(Room(2)), nullptr);
}

}  // namespace
}  // namespace plexus::platform
