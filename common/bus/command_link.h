// Commands to Redis and their answers, over one connection.
#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "common/base/task.h"
#include "common/bus/bus_stats.h"
#include "common/bus/redis_link.h"
#include "common/bus/redis_reply.h"

namespace plexus::bus {

// Thread-safe. Commands reach Redis in the order of their queueing; nothing is sent twice.
class CommandLink : public RedisLinkHandler, public std::enable_shared_from_this<CommandLink> {
 public:
  // Called once, on the link's strand: the answer (which may be a Redis error), or Unavailable when the connection
  // ended first, so that the command may or may not have been executed.
  using Callback = std::function<void(absl::StatusOr<RedisReply> reply)>;

  CommandLink(const BusConfig& config, Executor strand, std::shared_ptr<BusStats> stats);

  // On the strand.
  void Start() { link_->Start(); }
  Task<void> Stop();

  // Queues a command; `callback` may be null. Unavailable without a connection, ResourceExhausted over
  // BusConfig::max_outgoing_bytes; `callback` is not called then.
  absl::Status Queue(std::span<const std::string_view> arguments, Callback callback);
  // The answer, or Unavailable, ResourceExhausted (as above) or DeadlineExceeded (the command may still be executed).
  Task<absl::StatusOr<RedisReply>> Call(std::vector<std::string> arguments, std::chrono::milliseconds timeout);

  bool connected() const { return link_->connected(); }

 private:
  struct Pending {
    Callback callback;
    size_t bytes = 0;
  };

  void OnConnected() override;
  void OnReply(const redisReply& reply) override;
  void OnTick() override;
  void OnDisconnected() override;
  void Flush();
  static Task<absl::StatusOr<RedisReply>> CallOnStrand(std::shared_ptr<CommandLink> self,
                                                       std::vector<std::string> arguments,
                                                       std::chrono::milliseconds timeout);

  const Executor strand_;
  const size_t max_outgoing_bytes_;
  const std::shared_ptr<BusStats> stats_;
  const std::shared_ptr<RedisLink> link_;

  absl::Mutex mutex_;
  bool open_ ABSL_GUARDED_BY(mutex_) = false;
  bool flush_posted_ ABSL_GUARDED_BY(mutex_) = false;
  std::string queued_ ABSL_GUARDED_BY(mutex_);
  std::deque<Pending> pending_ ABSL_GUARDED_BY(mutex_);   // one for each command without an answer
  size_t outstanding_bytes_ ABSL_GUARDED_BY(mutex_) = 0;  // of the commands in pending_
};

}  // namespace plexus::bus
