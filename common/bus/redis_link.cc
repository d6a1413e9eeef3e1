#include "common/bus/redis_link.h"

#include <hiredis/hiredis.h>

#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "absl/strings/str_cat.h"
#include "common/base/random.h"
#include "common/base/shielded.h"
#include "common/base/status_macros.h"
#include "common/bus/redis_reply.h"

namespace plexus::bus {
namespace asio = boost::asio;
using std::chrono::steady_clock;

namespace {

constexpr size_t kReadBytes = 64 << 10;
constexpr size_t kMaxSocketPath = 107;
constexpr int kMaxBackoffDoublings = 16;

constexpr auto kAwaitTuple = asio::as_tuple(asio::use_awaitable);

absl::Status Failed(const char* what, const boost::system::error_code& error) {
  return absl::UnavailableError(absl::StrCat("Redis: ", what, ": ", error.message()));
}

}  // namespace

void RedisLink::ReaderDeleter::operator()(redisReader* reader) const { redisReaderFree(reader); }

RedisLink::RedisLink(const BusConfig& config, Executor strand, RedisLinkHandler& handler)
    : config_(config), strand_(strand), handler_(handler), running_(strand), writes_(strand), stop_requested_(strand) {}

RedisLink::~RedisLink() = default;

void RedisLink::Start() {
  if (std::exchange(started_, true) || stopping_) return;
  asio::co_spawn(strand_, Run(shared_from_this()), asio::detached);
  asio::co_spawn(strand_, Watch(shared_from_this()), asio::detached);
}

Task<void> RedisLink::Stop() {
  stopping_ = true;
  Disconnect();
  stop_requested_.NotifyAll();
  co_await running_.WaitForNone();
}

void RedisLink::Disconnect() {
  boost::system::error_code ignored;
  if (socket_) socket_->close(ignored);
}

Task<void> RedisLink::Run(std::shared_ptr<RedisLink> self) {
  RunningTasks::Scope scope = self->running_.Enter();
  while (!self->stopping_) {
    // How it ended makes no difference: there is another attempt.
    (co_await Shielded("background.redis_link", self->RunConnection())).IgnoreError();
    self->deadline_ = steady_clock::time_point::max();
    self->Disconnect();
    co_await self->writes_.WaitForNone();
    if (self->connected_.exchange(false)) self->handler_.OnDisconnected();
    if (self->stopping_) break;
    co_await self->stop_requested_.WaitUntil(steady_clock::now() + self->NextBackoff());
  }
}

// Closes a connection that has fallen silent, and has PINGs sent so that only a dead one does.
Task<void> RedisLink::Watch(std::shared_ptr<RedisLink> self) {
  RunningTasks::Scope scope = self->running_.Enter();
  while (!self->stopping_) {
    if (steady_clock::now() >= self->deadline_) self->Disconnect();
    if (self->connected()) self->handler_.OnTick();
    co_await self->stop_requested_.WaitUntil(steady_clock::now() + self->config_.ping_interval);
  }
}

Task<absl::Status> RedisLink::RunConnection() {
  ExpectBytesWithin(config_.connect_timeout);
  PLEXUS_CO_RETURN_IF_ERROR(co_await Connect());
  PLEXUS_CO_RETURN_IF_ERROR(co_await Handshake());
  ExpectBytesWithin(config_.silence_timeout);
  failures_ = 0;
  connected_ = true;
  handler_.OnConnected();
  while (!stopping_) {
    PLEXUS_CO_RETURN_IF_ERROR(HandleReplies());
    PLEXUS_CO_RETURN_IF_ERROR(co_await ReadMore());
    ExpectBytesWithin(config_.silence_timeout);
  }
  co_return absl::OkStatus();
}

Task<absl::Status> RedisLink::Connect() {
  PLEXUS_CO_ASSIGN_OR_RETURN(asio::generic::stream_protocol::endpoint endpoint, co_await Resolve());
  if (stopping_ || steady_clock::now() >= deadline_) co_return absl::CancelledError();
  socket_.emplace(strand_);
  reader_.reset(redisReaderCreate());
  queued_.clear();
  auto [error] = co_await socket_->async_connect(endpoint, kAwaitTuple);
  if (error) co_return Failed("connect", error);
  if (config_.redis.socket.empty()) socket_->set_option(asio::ip::tcp::no_delay(true), error);
  co_return absl::OkStatus();
}

// Names are resolved by Asio on a thread of its own.
Task<absl::StatusOr<asio::generic::stream_protocol::endpoint>> RedisLink::Resolve() {
  const RedisEndpoint& redis = config_.redis;
  if (redis.socket.size() > kMaxSocketPath) co_return absl::InvalidArgumentError("Redis: socket path is too long");
  if (!redis.socket.empty()) co_return asio::local::stream_protocol::endpoint(redis.socket);
  boost::system::error_code error;
  asio::ip::address address = asio::ip::make_address(redis.host, error);
  if (!error) co_return asio::ip::tcp::endpoint(address, redis.port);
  asio::ip::tcp::resolver resolver(strand_);
  std::string port = absl::StrCat(redis.port);
  auto [resolve_error, results] = co_await resolver.async_resolve(redis.host, port, kAwaitTuple);
  if (resolve_error || results.empty()) co_return Failed("resolve", resolve_error);
  // A name with several addresses is tried at another one after each failure.
  auto chosen = std::next(results.begin(), failures_ % static_cast<int>(results.size()));
  co_return chosen->endpoint();
}

// Authenticates, and waits until Redis serves commands (it may be loading its data).
Task<absl::Status> RedisLink::Handshake() {
  std::string hello;
  if (!config_.redis.password.empty()) {
    AppendCommand(std::array<std::string_view, 2>{"AUTH", config_.redis.password}, hello);
  }
  AppendCommand(std::array<std::string_view, 1>{"PING"}, hello);
  handshake_replies_ = config_.redis.password.empty() ? 1 : 2;
  auto [error, bytes] = co_await asio::async_write(*socket_, asio::buffer(hello), kAwaitTuple);
  if (error) co_return Failed("write", error);
  while (handshake_replies_ > 0) {
    PLEXUS_CO_RETURN_IF_ERROR(co_await ReadMore());
    PLEXUS_CO_RETURN_IF_ERROR(HandleReplies());
  }
  co_return absl::OkStatus();
}

Task<absl::Status> RedisLink::ReadMore() {
  read_buffer_.resize(kReadBytes);
  auto [error, bytes] = co_await socket_->async_read_some(asio::buffer(read_buffer_), kAwaitTuple);
  if (error) co_return Failed("read", error);
  if (redisReaderFeed(reader_.get(), read_buffer_.data(), bytes) != REDIS_OK) {
    co_return absl::ResourceExhaustedError("Redis: out of memory");
  }
  if (reader_->len > config_.max_incoming_bytes) co_return absl::ResourceExhaustedError("Redis: reply too long");
  co_return absl::OkStatus();
}

absl::Status RedisLink::HandleReplies() {
  while (socket_->is_open()) {
    void* next = nullptr;
    if (redisReaderGetReply(reader_.get(), &next) != REDIS_OK) return absl::DataLossError("Redis: bad protocol");
    if (next == nullptr) return absl::OkStatus();
    std::unique_ptr<void, void (*)(void*)> owned(next, freeReplyObject);
    const redisReply& reply = *static_cast<redisReply*>(next);
    if (handshake_replies_ == 0) {
      handler_.OnReply(reply);
    } else {
      --handshake_replies_;
      if (reply.type == REDIS_REPLY_ERROR) return absl::UnavailableError(absl::StrCat("Redis: ", reply.str));
    }
  }
  return absl::UnavailableError("Redis: disconnected");
}

void RedisLink::Send(std::string_view bytes) {
  if (!connected()) return;
  queued_.append(bytes);
  if (writes_.none()) WriteQueued();
}

void RedisLink::WriteQueued() {
  if (queued_.empty() || !connected()) return;
  writing_.clear();
  writing_.swap(queued_);
  asio::async_write(
      *socket_, asio::buffer(writing_),
      [self = shared_from_this(), scope = writes_.Enter()](boost::system::error_code error, size_t) mutable {
        { RunningTasks::Scope ended = std::move(scope); }
        // A failed write ends the connection in the read loop.
        if (error) {
          self->Disconnect();
        } else {
          self->WriteQueued();
        }
      });
}

std::chrono::milliseconds RedisLink::NextBackoff() {
  int doublings = std::min(failures_++, kMaxBackoffDoublings);
  auto longest = std::min(config_.max_backoff, config_.min_backoff * (int64_t{1} << doublings));
  // Half of it is jitter, so that the copies do not all come back at once.
  int64_t jitter = RandomId() % (longest.count() / 2 + 1);
  return std::chrono::milliseconds(longest.count() - jitter);
}

void RedisLink::ExpectBytesWithin(std::chrono::milliseconds timeout) { deadline_ = steady_clock::now() + timeout; }

}  // namespace plexus::bus
