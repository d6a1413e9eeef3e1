#include "plexus/notify.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <string>

#include "absl/strings/str_cat.h"

namespace plexus {
namespace {

using ::testing::HasSubstr;

// Stands for the service manager: the socket that NOTIFY_SOCKET names.
class NotifyTest : public ::testing::Test {
 protected:
  ~NotifyTest() override {
    unsetenv("NOTIFY_SOCKET");
    if (fd_ >= 0) close(fd_);
    if (!path_.empty()) unlink(path_.c_str());
  }

  void Listen(const std::string& name) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, name.data(), name.size());
    if (name[0] == '@') address.sun_path[0] = '\0';
    if (name[0] == '/') path_ = name;
    fd_ = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
    ASSERT_EQ(bind(fd_, reinterpret_cast<const sockaddr*>(&address), length), 0) << std::strerror(errno);
    setenv("NOTIFY_SOCKET", name.c_str(), 1);
  }

  // The next datagram; empty if there is none.
  std::string Received() const {
    char buffer[256];
    const ssize_t size = recv(fd_, buffer, sizeof buffer, 0);
    return size < 0 ? "" : std::string(buffer, static_cast<size_t>(size));
  }

  static std::string Unique(std::string_view start) { return absl::StrCat(start, "plexus-notify-", getpid()); }

  int fd_ = -1;
  std::string path_;
};

TEST_F(NotifyTest, SendsOneDatagramToThePath) {
  Listen(Unique("/tmp/"));
  EXPECT_TRUE(Notify("READY=1\nSTATUS=serving").ok());
  EXPECT_EQ(Received(), "READY=1\nSTATUS=serving");
  EXPECT_EQ(Received(), "");
}

TEST_F(NotifyTest, SendsToAnAbstractName) {
  Listen(Unique("@"));
  EXPECT_TRUE(Notify("STOPPING=1").ok());
  EXPECT_EQ(Received(), "STOPPING=1");
}

TEST_F(NotifyTest, SaysNothingWhereNobodyAsks) {
  Listen(Unique("/tmp/"));
  unsetenv("NOTIFY_SOCKET");
  EXPECT_TRUE(Notify("READY=1").ok());
  setenv("NOTIFY_SOCKET", "", 1);
  EXPECT_TRUE(Notify("READY=1").ok());
  EXPECT_EQ(Received(), "");
}

TEST_F(NotifyTest, NamesThatAreNoSocketAreErrors) {
  setenv("NOTIFY_SOCKET", "vsock:2:1234", 1);
  EXPECT_THAT(Notify("READY=1").message(), HasSubstr("NOTIFY_SOCKET is \"vsock:2:1234\"; allowed: "));
  setenv("NOTIFY_SOCKET", ("/" + std::string(200, 'x')).c_str(), 1);
  EXPECT_EQ(Notify("READY=1").code(), absl::StatusCode::kInvalidArgument);
  setenv("NOTIFY_SOCKET", "/nonexistent/notify", 1);
  EXPECT_EQ(Notify("READY=1").code(), absl::StatusCode::kUnavailable);
}

}  // namespace
}  // namespace plexus
