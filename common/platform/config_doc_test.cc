// docs/configuration.md and the parser name the same keys.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <string>

#include "common/platform/config.h"

namespace plexus::platform {
namespace {

// What the rows of the page's tables begin with: "| `process.roles` | …".
std::set<std::string> DocumentedKeys() {
  std::set<std::string> keys;
  std::ifstream page("docs/configuration.md");
  const std::string start = "| `";
  for (std::string line; std::getline(page, line);) {
    if (line.starts_with(start)) keys.insert(line.substr(start.size(), line.find('`', start.size()) - start.size()));
  }
  return keys;
}

TEST(ConfigDocTest, ThePageExplainsEachKeyThatIsReadAndNoOther) {
  EXPECT_THAT(DocumentedKeys(), ::testing::ContainerEq(ConfigKeys()));
}

TEST(ConfigDocTest, KeysInsideListsMappingsAndFilesAreListed) {
  EXPECT_THAT(ConfigKeys(), ::testing::IsSupersetOf({"process.roles", "listeners.http[].bind", "redis.password_file",
                                                     "tenants[].limits.login.burst"}));
}

}  // namespace
}  // namespace plexus::platform
