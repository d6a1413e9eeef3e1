#include "common/rpc/transport_security.h"

#include <gtest/gtest.h>

namespace plexus::rpc {
namespace {

TEST(TransportSecurityTest, RefusesPlaintextBeyondThisHost) {
  for (const char* local : {"127.0.0.1:0", "127.1.2.3:80", "localhost:1", "[::1]:1", "unix:/run/plexus.sock"}) {
    EXPECT_TRUE(CheckListener({}, local).ok()) << local;
  }
  for (const char* open :
       {"0.0.0.0:1", "[::]:1", "10.0.0.1:1", "example.org:1", "127.example.org:1", "localhost.evil:1"}) {
    EXPECT_TRUE(absl::IsFailedPrecondition(CheckListener({}, open))) << open;
    EXPECT_TRUE(CheckListener({.secrets = {"s"}}, open).ok()) << open;
    EXPECT_TRUE(CheckListener({.ca_file = "a", .cert_file = "b", .key_file = "c"}, open).ok()) << open;
  }
}

TEST(TransportSecurityTest, RefusesIncompleteSettings) {
  EXPECT_TRUE(absl::IsInvalidArgument(CheckSecurity({.cert_file = "b", .key_file = "c"})));
  EXPECT_TRUE(absl::IsInvalidArgument(CheckSecurity({.secrets = {"a", "b", "c"}})));
  EXPECT_TRUE(absl::IsInvalidArgument(CheckSecurity({.secrets = {""}})));
}

TEST(TransportSecurityTest, AcceptsEitherSecret) {
  const Secrets two = {"new", "old"};
  EXPECT_TRUE(two.Accept("new"));
  EXPECT_TRUE(two.Accept("old"));
  EXPECT_FALSE(two.Accept(""));
  EXPECT_FALSE(two.Accept("ne"));
  EXPECT_TRUE(Secrets().Accept(""));
}

TEST(TransportSecurityTest, ChangesItsSecretsWhereverTheyWereCopiedTo) {
  const TransportSecurity original{.secrets = {"old"}};
  const TransportSecurity copy = original;
  original.secrets.Replace({"new", "old"});
  EXPECT_TRUE(copy.secrets.Accept("new"));
  EXPECT_TRUE(copy.secrets.Accept("old"));
  original.secrets.Replace({"new"});
  EXPECT_FALSE(copy.secrets.Accept("old"));
}

TEST(TransportSecurityTest, UsesTlsOverTcpAlone) {
  const TransportSecurity security{.ca_file = "a", .cert_file = "b", .key_file = "c"};
  EXPECT_TRUE(security.uses_tls_at("127.0.0.1:1"));
  EXPECT_FALSE(security.uses_tls_at("unix:/run/plexus.sock"));
  EXPECT_FALSE(TransportSecurity().uses_tls_at("127.0.0.1:1"));
}

}  // namespace
}  // namespace plexus::rpc
