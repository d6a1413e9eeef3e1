// Inside the library only: what one thread of a Server holds.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <chrono>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <vector>

#include "common/http/server.h"
#include "common/http/transport.h"

namespace plexus::http {

class Acceptor;

// What all lanes share. Immutable after construction, but for the counter.
struct ServerCore {
  Handler handler;
  ServerOptions options;
  std::atomic<size_t> connections{0};

  // Counts one more connection, unless there are max_connections already.
  bool Admit();
};

// An accepted socket on its way to a lane; closes it unless taken.
class AcceptedSocket {
 public:
  AcceptedSocket(int fd, std::string peer, std::shared_ptr<const TlsContexts> tls)
      : fd_(fd), peer_(std::move(peer)), tls_(std::move(tls)) {}
  AcceptedSocket(AcceptedSocket&& other) noexcept;
  AcceptedSocket& operator=(AcceptedSocket&&) = delete;
  ~AcceptedSocket();

  int fd() const { return fd_; }
  int Take() { return std::exchange(fd_, -1); }
  const std::string& peer() const { return peer_; }
  std::unique_ptr<Transport> MakeTransport() const;

 private:
  int fd_;
  std::string peer_;
  std::shared_ptr<const TlsContexts> tls_;
};

// One io_context's acceptors, connections, clock tick and scratch memory. Lives on that io_context's thread.
class Lane {
 public:
  Lane(boost::asio::io_context& io, std::shared_ptr<ServerCore> core);
  ~Lane();

  boost::asio::io_context& io() { return io_; }
  ServerCore& core() { return *core_; }
  const Limits& limits() const { return core_->options.limits; }
  int64_t NowNanos() const { return core_->options.clock->BootNanos(); }
  bool stopping() const { return stopping_; }

  // Before Start, from any thread.
  void AddAcceptor(std::unique_ptr<Acceptor> acceptor);

  // Begins to accept and to tick.
  void Start();
  // Serves `socket`, which ServerCore::Admit has counted.
  void Adopt(AcceptedSocket socket);

  // The two steps of stopping. After the first nothing more is accepted here; the second may be taken once no lane
  // accepts: connections finish until `deadline`, then are aborted, and `done` runs when nothing is left.
  void StopAccepting();
  void Drain(std::chrono::steady_clock::time_point deadline, std::function<void()> done);

  // For connections.
  void Remove(std::list<Connection*>::iterator position);
  std::string_view date() const { return date_; }  // for the Date header, as of the last tick
  std::string& scratch() { return scratch_; }      // for bytes that do not outlive the present function

 private:
  void ArmTick();
  void OnTick();
  bool finished() const { return done_ && connections_.empty(); }
  void RefreshDate();

  boost::asio::io_context& io_;
  const std::shared_ptr<ServerCore> core_;
  boost::asio::steady_timer timer_;
  std::vector<std::unique_ptr<Acceptor>> acceptors_;
  std::list<Connection*> connections_;
  std::string date_;
  std::string scratch_;
  bool stopping_ = false;
  bool aborted_ = false;
  std::chrono::steady_clock::time_point stop_deadline_;
  std::function<void()> done_;
};

}  // namespace plexus::http
