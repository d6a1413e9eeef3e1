#include "common/platform/routing/advertised_address.h"

#include <gtest/gtest.h>

namespace plexus::platform {
namespace {

TEST(AdvertisedAddress, IsTheListenersOwnIfItIsOne) {
  for (const char* address : {"127.0.0.1:9000", "[::1]:9000", "10.0.0.7:9000", "sync.internal:9000", "unix:/run/rpc"}) {
    EXPECT_EQ(AdvertisedAddress(address, "copy-1"), address);
  }
}

TEST(AdvertisedAddress, IsTheHostsNameForAListenerOnEveryInterface) {
  EXPECT_EQ(AdvertisedAddress("0.0.0.0:9000", "copy-1"), "copy-1:9000");
  EXPECT_EQ(AdvertisedAddress("[::]:9000", "copy-1"), "copy-1:9000");
}

}  // namespace
}  // namespace plexus::platform
