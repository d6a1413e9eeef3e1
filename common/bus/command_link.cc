#include "common/bus/command_link.h"

#include <hiredis/hiredis.h>

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <optional>
#include <utility>

namespace plexus::bus {
namespace asio = boost::asio;

namespace {

// What a queued command costs in memory beside its bytes.
constexpr size_t kCommandOverhead = 64;

}  // namespace

CommandLink::CommandLink(const BusConfig& config, Executor strand, std::shared_ptr<BusStats> stats)
    : strand_(strand),
      max_outgoing_bytes_(config.max_outgoing_bytes),
      stats_(std::move(stats)),
      link_(std::make_shared<RedisLink>(config, strand, *this)) {}

Task<void> CommandLink::Stop() { co_await link_->Stop(); }

absl::Status CommandLink::Queue(std::span<const std::string_view> arguments, Callback callback) {
  size_t bytes = kCommandOverhead;
  for (std::string_view argument : arguments) bytes += argument.size();
  absl::MutexLock lock(&mutex_);
  if (!open_) return absl::UnavailableError("Redis is not connected");
  if (outstanding_bytes_ + bytes > max_outgoing_bytes_) return absl::ResourceExhaustedError("Redis is too slow");
  outstanding_bytes_ += bytes;
  AppendCommand(arguments, queued_);
  pending_.push_back({std::move(callback), bytes});
  if (!std::exchange(flush_posted_, true)) asio::post(strand_, [self = shared_from_this()] { self->Flush(); });
  return absl::OkStatus();
}

void CommandLink::Flush() {
  std::string bytes;
  {
    absl::MutexLock lock(&mutex_);
    flush_posted_ = false;
    bytes.swap(queued_);
  }
  link_->Send(bytes);
}

void CommandLink::OnConnected() {
  ++stats_->connects;
  absl::MutexLock lock(&mutex_);
  open_ = true;
}

void CommandLink::OnReply(const redisReply& reply) {
  Pending answered;
  {
    absl::MutexLock lock(&mutex_);
    if (pending_.empty()) return;  // an answer nobody asked for
    answered = std::move(pending_.front());
    pending_.pop_front();
    outstanding_bytes_ -= answered.bytes;
  }
  if (answered.callback) answered.callback(ToRedisReply(reply));
}

void CommandLink::OnTick() {
  // Other commands prove the connection as well; this one makes sure that there is one.
  Queue(std::array<std::string_view, 1>{"PING"}, nullptr).IgnoreError();
}

void CommandLink::OnDisconnected() {
  std::deque<Pending> lost;
  {
    absl::MutexLock lock(&mutex_);
    open_ = false;
    queued_.clear();
    outstanding_bytes_ = 0;
    lost.swap(pending_);
  }
  for (Pending& command : lost) {
    if (command.callback) command.callback(absl::UnavailableError("Redis: the connection ended"));
  }
}

Task<absl::StatusOr<RedisReply>> CommandLink::Call(std::vector<std::string> arguments,
                                                   std::chrono::milliseconds timeout) {
  co_return co_await asio::co_spawn(strand_, CallOnStrand(shared_from_this(), std::move(arguments), timeout),
                                    asio::use_awaitable);
}

Task<absl::StatusOr<RedisReply>> CommandLink::CallOnStrand(std::shared_ptr<CommandLink> self,
                                                           std::vector<std::string> arguments,
                                                           std::chrono::milliseconds timeout) {
  struct Waiter {
    explicit Waiter(Executor strand) : arrived(std::move(strand)) {}
    WaitList arrived;
    std::optional<absl::StatusOr<RedisReply>> reply;
  };
  auto waiter = std::make_shared<Waiter>(self->strand_);
  Callback callback = [waiter](absl::StatusOr<RedisReply> reply) {
    waiter->reply = std::move(reply);
    waiter->arrived.NotifyAll();
  };
  std::vector<std::string_view> views(arguments.begin(), arguments.end());
  absl::Status queued = self->Queue(views, std::move(callback));
  if (!queued.ok()) co_return queued;
  co_await waiter->arrived.WaitUntil(std::chrono::steady_clock::now() + timeout);
  if (!waiter->reply) co_return absl::DeadlineExceededError("Redis did not answer in time");
  co_return *std::move(waiter->reply);
}

}  // namespace plexus::bus
