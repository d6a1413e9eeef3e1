// Typing in one shard: the board, its timer, and telling the others.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <string>

#include "common/base/clock.h"
#include "common/base/task.h"
#include "services/event_persister/domain/typing_board.h"

namespace plexus::event_persister {

// Runs on the shard's executor. Has a timer only while somebody types.
class TypingShard : public std::enable_shared_from_this<TypingShard> {
 public:
  using Publish = std::function<void(const common::v1::TypingUpdate&)>;
  // What is non-empty is published again so often, for readers that missed it: nothing repeats what the bus loses.
  static constexpr absl::Duration kRepublish = absl::Seconds(15);

  TypingShard(int64_t epoch, const Clock& clock, Executor executor, Publish publish);

  void Start(const std::string& room_id, const std::string& user_id, absl::Duration timeout);
  void Stop(const std::string& room_id, const std::string& user_id);
  // The shard is gone; nothing is published any more.
  void Close();

 private:
  Task<void> Run();
  void Wake();

  const Clock& clock_;
  const Executor executor_;
  const Publish publish_;
  TypingBoard board_;
  boost::asio::steady_timer timer_;
  bool running_ = false;
  bool closed_ = false;
};

}  // namespace plexus::event_persister
