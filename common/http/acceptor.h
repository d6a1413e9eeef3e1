// Inside the library only: a listening socket on a lane.
#pragma once

#include <boost/asio/posix/stream_descriptor.hpp>

#include <functional>
#include <memory>
#include <vector>

#include "common/http/lane.h"

namespace plexus::http {

// A listening descriptor, closed when destroyed.
class ListeningSocket {
 public:
  explicit ListeningSocket(int fd) : fd_(fd) {}
  ListeningSocket(ListeningSocket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  ListeningSocket& operator=(ListeningSocket&&) = delete;
  ~ListeningSocket();

  int fd() const { return fd_; }
  int Take() { return std::exchange(fd_, -1); }

 private:
  int fd_;
};

// Non-blocking, listening, SO_REUSEPORT; `port` 0 lets the system choose. Errors name the address.
absl::StatusOr<ListeningSocket> BindTcp(std::string_view address, uint16_t port);
// See Server::ListenUnix.
absl::StatusOr<ListeningSocket> BindUnix(const std::string& path, uint32_t mode, std::string_view group);
// The port that `fd` is bound to.
uint16_t BoundPort(int fd);

// Accepts until stopped and passes each socket, admitted and non-blocking, to one of `targets` in turn.
class Acceptor {
 public:
  Acceptor(Lane& home, ListeningSocket socket, std::vector<Lane*> targets, std::shared_ptr<const TlsCertificates> tls);

  void Start() { Wait(); }
  // On the home lane's thread: closes the socket. The object may be destroyed once the lane's io_context has moved on.
  void Stop();
  // Tries again after the process had run out of descriptors.
  void OnTick();

 private:
  void Wait();
  void AcceptBatch();
  bool AcceptOne();
  void Pass(AcceptedSocket socket);

  Lane& home_;
  boost::asio::posix::stream_descriptor socket_;
  const std::vector<Lane*> targets_;
  const std::shared_ptr<const TlsCertificates> tls_;
  size_t next_target_ = 0;
  bool paused_ = false;
};

}  // namespace plexus::http
