#include "services/event_persister/domain/typing_shard.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "absl/cleanup/cleanup.h"

namespace plexus::event_persister {

TypingShard::TypingShard(int64_t epoch, const Clock& clock, Executor executor, Publish publish)
    : clock_(clock), executor_(executor), publish_(std::move(publish)), board_(epoch), timer_(executor) {}

void TypingShard::Start(const std::string& room_id, const std::string& user_id, absl::Duration timeout) {
  if (closed_) return;
  const int64_t until = clock_.BootNanos() + absl::ToInt64Nanoseconds(timeout);
  if (board_.Start(room_id, user_id, until)) publish_(board_.Update(room_id));
  Wake();
}

void TypingShard::Stop(const std::string& room_id, const std::string& user_id) {
  if (!closed_ && board_.Stop(room_id, user_id)) publish_(board_.Update(room_id));
}

void TypingShard::Close() {
  closed_ = true;
  timer_.cancel();
}

void TypingShard::Wake() {
  if (std::exchange(running_, true)) {
    timer_.cancel();
    return;
  }
  boost::asio::co_spawn(
      executor_, [self = shared_from_this()]() { return self->Run(); }, boost::asio::detached);
}

Task<void> TypingShard::Run() {
  const std::shared_ptr<TypingShard> keep = shared_from_this();
  const absl::Cleanup ended = [this] { running_ = false; };
  const int64_t period = absl::ToInt64Nanoseconds(kRepublish);
  int64_t republish = clock_.BootNanos() + period;
  while (!closed_ && !board_.empty()) {
    const int64_t next = std::min(*board_.NextExpiry(), republish);
    timer_.expires_after(std::chrono::nanoseconds(std::max<int64_t>(next - clock_.BootNanos(), 0)));
    co_await timer_.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
    if (closed_) break;
    const int64_t now = clock_.BootNanos();
    for (const std::string& room_id : board_.Expire(now)) publish_(board_.Update(room_id));
    if (now < republish) continue;
    republish = now + period;
    for (const std::string& room_id : board_.Rooms()) publish_(board_.Update(room_id));
  }
}

}  // namespace plexus::event_persister
