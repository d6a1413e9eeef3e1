// One connection to Redis that comes back by itself. The sockets are Asio's and the protocol is hiredis': its own
// asynchronous mode has neither a timeout for connecting nor a bound on what it queues, resolves names on the calling
// thread, and cannot send PING on a connection that subscribes.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <boost/asio/generic/stream_protocol.hpp>

#include "absl/status/statusor.h"
#include "common/base/task.h"
#include "common/bus/bus_config.h"
#include "common/bus/wait_list.h"

struct redisReply;   // hiredis
struct redisReader;  // hiredis

namespace plexus::bus {

// What a link tells its user. All calls come on the link's strand.
class RedisLinkHandler {
 public:
  virtual ~RedisLinkHandler() = default;
  virtual void OnConnected() = 0;
  virtual void OnReply(const redisReply& reply) = 0;
  // Each BusConfig::ping_interval while connected: the handler sends a PING.
  virtual void OnTick() = 0;
  // Once after each OnConnected.
  virtual void OnDisconnected() = 0;
};

// Not thread-safe but for connected(): everything happens on `strand`.
class RedisLink : public std::enable_shared_from_this<RedisLink> {
 public:
  // `handler` must live until Stop() has completed.
  RedisLink(const BusConfig& config, Executor strand, RedisLinkHandler& handler);
  ~RedisLink();

  void Start();
  // Completes when the socket is closed and nothing of the link runs any more.
  Task<void> Stop();
  // Queues bytes for the connection; dropped without one. The caller bounds what it sends.
  void Send(std::string_view bytes);
  // Ends the connection; the link opens another after the backoff.
  void Disconnect();
  bool connected() const { return connected_.load(std::memory_order_relaxed); }

 private:
  using Socket = boost::asio::generic::stream_protocol::socket;
  struct ReaderDeleter {
    void operator()(redisReader* reader) const;
  };

  static Task<void> Run(std::shared_ptr<RedisLink> self);
  static Task<void> Watch(std::shared_ptr<RedisLink> self);
  Task<absl::Status> RunConnection();
  Task<absl::Status> Connect();
  Task<absl::StatusOr<boost::asio::generic::stream_protocol::endpoint>> Resolve();
  Task<absl::Status> Handshake();
  Task<absl::Status> ReadMore();
  absl::Status HandleReplies();
  std::chrono::milliseconds NextBackoff();
  void ExpectBytesWithin(std::chrono::milliseconds timeout);
  void WriteQueued();

  const BusConfig config_;
  const Executor strand_;
  RedisLinkHandler& handler_;
  RunningTasks running_;
  RunningTasks writes_;  // at most one
  WaitList stop_requested_;
  bool started_ = false;
  bool stopping_ = false;
  std::atomic<bool> connected_{false};
  int failures_ = 0;  // since the last established connection
  std::chrono::steady_clock::time_point deadline_ = std::chrono::steady_clock::time_point::max();

  std::optional<Socket> socket_;
  std::unique_ptr<redisReader, ReaderDeleter> reader_;
  int handshake_replies_ = 0;  // still to come; they are not the handler's
  std::string read_buffer_;
  std::string queued_;
  std::string writing_;
};

}  // namespace plexus::bus
