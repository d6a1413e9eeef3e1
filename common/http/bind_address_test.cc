#include "common/http/bind_address.h"

#include <gtest/gtest.h>

namespace plexus::http {
namespace {

TEST(BindAddressTest, ReadsAndPrintsAddresses) {
  for (const char* bind : {"127.0.0.1:8008", "[::1]:8448", "0.0.0.0:0"}) {
    absl::StatusOr<BindAddress> address = ParseBindAddress(bind);
    ASSERT_TRUE(address.ok()) << bind;
    EXPECT_EQ(PrintBindAddress(*address), bind);
  }
  EXPECT_EQ(ParseBindAddress("[::1]:1")->host, "::1");
  EXPECT_EQ(PrintBindAddress(*ParseBindAddress("localhost:80")), "127.0.0.1:80");
}

TEST(BindAddressTest, RefusesWhatIsNone) {
  for (const char* bind : {"", ":80", "host", "host:", "host:port", "127.0.0.1:65536", "127.0.0.1:-1"}) {
    EXPECT_FALSE(ParseBindAddress(bind).ok()) << bind;
  }
}

}  // namespace
}  // namespace plexus::http
