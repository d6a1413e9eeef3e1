#include "common/http/acceptor.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <boost/asio/post.hpp>

#include <cerrno>
#include <utility>

namespace plexus::http {
namespace {

constexpr int kAcceptBatch = 32;  // then other work of the thread gets its turn

std::string PeerName(const sockaddr_storage& address) {
  char text[INET6_ADDRSTRLEN] = {};
  if (address.ss_family == AF_INET) {
    ::inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in&>(address).sin_addr, text, sizeof(text));
    return text;
  }
  if (address.ss_family == AF_INET6) {
    ::inet_ntop(AF_INET6, &reinterpret_cast<const sockaddr_in6&>(address).sin6_addr, text, sizeof(text));
    return text;
  }
  return "unix";
}

bool OutOfDescriptors(int error) { return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM; }

}  // namespace

Acceptor::Acceptor(Lane& home, ListeningSocket socket, std::vector<Lane*> targets,
                   std::shared_ptr<const TlsCertificates> tls)
    : home_(home), socket_(home.io(), socket.Take()), targets_(std::move(targets)), tls_(std::move(tls)) {}

void Acceptor::Stop() { socket_.close(); }

void Acceptor::OnTick() {
  if (std::exchange(paused_, false)) AcceptBatch();
}

void Acceptor::Wait() {
  // A closed socket's handler carries an error and touches nothing.
  socket_.async_wait(socket_.wait_read, [this](const boost::system::error_code& error) {
    if (!error) AcceptBatch();
  });
}

void Acceptor::AcceptBatch() {
  if (!socket_.is_open()) return;
  for (int i = 0; i < kAcceptBatch && AcceptOne(); ++i) {
  }
  if (!paused_) Wait();
}

// False if there is nothing to accept now.
bool Acceptor::AcceptOne() {
  sockaddr_storage address = {};
  socklen_t size = sizeof(address);
  const int fd =
      ::accept4(socket_.native_handle(), reinterpret_cast<sockaddr*>(&address), &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (fd < 0) {
    paused_ = OutOfDescriptors(errno);
    return errno == ECONNABORTED || errno == EINTR;
  }
  AcceptedSocket socket(fd, PeerName(address), tls_ ? tls_->current() : nullptr);
  if (!home_.core().Admit()) return true;  // closes it
  if (address.ss_family != AF_UNIX) {
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  }
  Pass(std::move(socket));
  return true;
}

void Acceptor::Pass(AcceptedSocket socket) {
  Lane* const target = targets_[next_target_++ % targets_.size()];
  if (target == &home_) return target->Adopt(std::move(socket));
  // The server drains its lanes only after all have stopped accepting, so `target` outlives this.
  boost::asio::post(target->io(), [target, socket = std::move(socket)]() mutable { target->Adopt(std::move(socket)); });
}

}  // namespace plexus::http
