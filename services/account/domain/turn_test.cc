#include "services/account/domain/turn.h"

#include <gtest/gtest.h>

#include "absl/strings/escaping.h"
#include "services/account/domain/digest.h"

namespace plexus::account {
namespace {

TEST(Turn, CredentialsEndWhenTheTtlDoes) {
  platform::TurnConfig config{{"turn:turn.example.org:3478?transport=udp"}, "secret", 3600};
  json::Object body = TurnCredentials(config, "@alice:example.org", 1'000'000'500);
  EXPECT_EQ(body["username"].as_string(), "1003600:@alice:example.org");
  EXPECT_EQ(body["password"].as_string(), absl::Base64Escape(HmacSha1("secret", "1003600:@alice:example.org")));
  EXPECT_EQ(body["uris"].as_array().size(), 1u);
  EXPECT_EQ(body["ttl"].as_int64(), 3600);
}

}  // namespace
}  // namespace plexus::account
