// Mutual TLS between a server and a channel, with certificates made by the openssl command.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "absl/time/clock.h"
#include "common/rpc/grpc_channel.h"
#include "common/rpc/server.h"
#include "common/rpc/testing/handlers.h"
#include "common/rpc/testing/io_threads.h"

namespace plexus::rpc {
namespace {

using namespace testing;  // NOLINT

// A CA in a directory of its own, and one certificate for 127.0.0.1 signed by it.
class Authority {
 public:
  explicit Authority(const std::string& name)
      : directory_(absl::StrCat(::testing::TempDir(), "plexus-tls-", name, "-", getpid())) {
    std::filesystem::create_directories(directory_);
    Run("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=ca "
        "-keyout ca.key -out ca.pem");
    Run("openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=node -keyout node.key "
        "-out node.csr");
    Run("printf 'subjectAltName=IP:127.0.0.1' > san && openssl x509 -req -in node.csr -CA ca.pem -CAkey ca.key "
        "-CAcreateserial -days 2 -extfile san -out node.pem");
  }
  ~Authority() { std::filesystem::remove_all(directory_); }

  // Puts another authority's files in the place of its own, each at once.
  void Become(const Authority& other) {
    for (const char* file : {"ca.pem", "node.pem", "node.key"}) {
      std::filesystem::copy_file(other.directory_ + "/" + file, directory_ + "/new");
      std::filesystem::rename(directory_ + "/new", directory_ + "/" + file);
    }
  }

  TransportSecurity security() const {
    return {
        .ca_file = directory_ + "/ca.pem", .cert_file = directory_ + "/node.pem", .key_file = directory_ + "/node.key"};
  }

 private:
  void Run(const std::string& command) {
    const std::string quiet = absl::StrCat("cd ", directory_, " && (", command, ") >log 2>&1");
    EXPECT_EQ(std::system(quiet.c_str()), 0) << command;
  }
  const std::string directory_;
};

TEST(TlsTest, TalksOnlyToThoseWhomTheSameAuthoritySigned) {
  const Authority ours("ours");
  const Authority theirs("theirs");
  IoThreads io;
  Registry registry{io.executors(), {}};
  ASSERT_TRUE(registry.Handle(TestService::Echo, testing::Echo).ok());
  auto server = GrpcServer::Start(registry, {.address = "127.0.0.1:0", .security = ours.security()});
  ASSERT_TRUE(server.ok()) << server.status();
  auto echo = [&](const TransportSecurity& security) {
    auto channel = *GrpcChannel::Create((*server)->address(), {.security = security});
    return io.Run(CallEcho(*channel, Within(absl::Seconds(5)), "secret"));
  };
  EXPECT_EQ(*echo(ours.security()), "secret");
  EXPECT_FALSE(echo(theirs.security()).ok());
  EXPECT_FALSE(echo({}).ok());
  TransportSecurity stranger = theirs.security();  // trusts us, but is signed by another
  stranger.ca_file = ours.security().ca_file;
  EXPECT_FALSE(echo(stranger).ok());
  TransportSecurity missing = ours.security();
  missing.key_file += ".missing";
  EXPECT_TRUE(absl::IsNotFound(GrpcChannel::Create("127.0.0.1:1", {.security = missing}).status()));
}

TEST(TlsTest, ReadsItsFilesAgainWhileCallsGoOn) {
  Authority ours("ours");
  const Authority next("next");
  IoThreads io;
  Registry registry{io.executors(), {}};
  ASSERT_TRUE(registry.Handle(TestService::Echo, testing::Echo).ok());
  TransportSecurity security = ours.security();
  security.tls_refresh_seconds = 1;
  auto server = GrpcServer::Start(registry, {.address = "127.0.0.1:0", .security = security});
  ASSERT_TRUE(server.ok()) << server.status();
  auto echo = [&](Channel& channel) { return io.Run(CallEcho(channel, Within(absl::Seconds(5)), "secret")); };
  auto opened_before = *GrpcChannel::Create((*server)->address(), {.security = security});
  ASSERT_EQ(*echo(*opened_before), "secret");
  ours.Become(next);
  const absl::Time give_up = absl::Now() + absl::Seconds(20);
  bool is_new = false;
  while (!is_new && absl::Now() < give_up) {
    auto channel = *GrpcChannel::Create((*server)->address(), {.security = next.security()});
    is_new = echo(*channel).ok();
    EXPECT_EQ(*echo(*opened_before), "secret");
    absl::SleepFor(absl::Milliseconds(100));
  }
  EXPECT_TRUE(is_new) << "whom the new authority signed is let in";
  EXPECT_EQ(*echo(*opened_before), "secret") << "the open connection goes on";
}

}  // namespace
}  // namespace plexus::rpc
