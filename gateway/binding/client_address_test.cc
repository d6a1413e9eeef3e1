#include "gateway/binding/client_address.h"

#include "gtest/gtest.h"

namespace plexus::gateway {
namespace {

http::Request From(std::string peer, http::Headers headers = {}) {
  http::Request request;
  request.peer_address = std::move(peer);
  request.headers = std::move(headers);
  return request;
}

TEST(ClientAddressTest, IgnoresForwardedForFromElsewhere) {
  EXPECT_EQ(ClientAddress(From("203.0.113.7", {{"X-Forwarded-For", "198.51.100.1"}})), "203.0.113.7");
}

TEST(ClientAddressTest, BelievesAProxyOnThisMachine) {
  for (const char* peer : {"127.0.0.1", "::1", "unix"}) {
    EXPECT_EQ(ClientAddress(From(peer, {{"X-Forwarded-For", "198.51.100.1"}})), "198.51.100.1") << peer;
  }
}

TEST(ClientAddressTest, TakesTheLastHopThatIsNotThisMachine) {
  EXPECT_EQ(ClientAddress(From("unix", {{"X-Forwarded-For", "1.1.1.1, 2001:db8::1, 127.0.0.1"}})), "2001:db8::1");
  EXPECT_EQ(ClientAddress(From("unix", {{"X-Forwarded-For", "1.1.1.1"}, {"x-forwarded-for", "2.2.2.2"}})), "2.2.2.2");
}

TEST(ClientAddressTest, IgnoresWhatIsNoAddress) {
  EXPECT_EQ(ClientAddress(From("127.0.0.1", {{"X-Forwarded-For", "1.1.1.1, evil"}})), "127.0.0.1");
  EXPECT_EQ(ClientAddress(From("unix")), "");
}

TEST(ClientAddressTest, CountsIpv6ByTheBlockOfASubscriber) {
  EXPECT_EQ(AddressBlock("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
  EXPECT_EQ(AddressBlock("198.51.100.1"), "198.51.100.1");
}

TEST(ClientAddressTest, ShortensTheUserAgentBetweenCharacters) {
  std::string agent(255, 'a');
  EXPECT_EQ(UserAgent(From("unix", {{"User-Agent", agent + "\xc3\xa9"}})), agent);
  EXPECT_EQ(UserAgent(From("unix", {{"User-Agent", "\xff"}})), "");
}

}  // namespace
}  // namespace plexus::gateway
