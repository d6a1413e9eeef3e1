#include <sys/socket.h>
#include <sys/uio.h>

#include <cerrno>

#include "common/http/transport.h"

namespace plexus::http {
namespace {

bool WouldBlock(int error) { return error == EAGAIN || error == EWOULDBLOCK || error == EINTR; }

class PlainTransport final : public Transport {
 public:
  explicit PlainTransport(int fd) : fd_(fd) {}

  IoResult Handshake() override { return {IoState::kDone}; }

  IoResult Read(char* data, size_t size) override {
    const ssize_t count = ::recv(fd_, data, size, 0);
    if (count > 0) return {IoState::kDone, static_cast<size_t>(count)};
    return {count < 0 && WouldBlock(errno) ? IoState::kWantRead : IoState::kClosed};
  }

  IoResult Write(std::string_view head, std::string_view body) override {
    iovec parts[2] = {{const_cast<char*>(head.data()), head.size()}, {const_cast<char*>(body.data()), body.size()}};
    msghdr message = {};
    message.msg_iov = head.empty() ? parts + 1 : parts;
    message.msg_iovlen = head.empty() || body.empty() ? 1 : 2;
    const ssize_t count = ::sendmsg(fd_, &message, MSG_NOSIGNAL);
    if (count >= 0) return {IoState::kDone, static_cast<size_t>(count)};
    return {WouldBlock(errno) ? IoState::kWantWrite : IoState::kClosed};
  }

  void CloseWriting() override { ::shutdown(fd_, SHUT_WR); }
  bool MayHoldBytes() const override { return false; }
  bool secure() const override { return false; }
  std::string server_name() const override { return {}; }

 private:
  const int fd_;
};

}  // namespace

std::unique_ptr<Transport> MakePlainTransport(int fd) { return std::make_unique<PlainTransport>(fd); }

}  // namespace plexus::http
