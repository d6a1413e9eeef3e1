// A shard's log as Postgres would hold it, in memory, with faults.
#pragma once

#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "common/bus/log_follower.h"

namespace plexus::bus::testing {

// Thread-safe. The entry at position n is the text of n, as in Batch::payload "n n+1 …".
class FakeLog {
 public:
  explicit FakeLog(uint32_t seed) : random_(seed) {}

  // Commits `count` entries as one batch.
  Batch Commit(uint64_t count) {
    std::lock_guard lock(mutex_);
    Batch batch = Make(head_ + 1, head_ + count);
    head_ += count;
    return batch;
  }

  uint64_t head() const {
    std::lock_guard lock(mutex_);
    return head_;
  }

  // Of a hundred reads, so many fail, and each takes up to this long.
  void SetFaults(int failures_percent, std::chrono::microseconds longest_read) {
    std::lock_guard lock(mutex_);
    failures_percent_ = failures_percent;
    longest_read_ = longest_read;
  }

  ReadRange read_range() {
    return [this](uint64_t after, size_t limit) { return Read(this, after, limit); };
  }

  static Batch Make(uint64_t first, uint64_t last) {
    std::string text;
    for (uint64_t n = first; n <= last; ++n) text += std::to_string(n) + " ";
    return {first, last, std::make_shared<const std::string>(std::move(text))};
  }

 private:
  static Task<absl::StatusOr<std::vector<Batch>>> Read(FakeLog* self, uint64_t after, size_t limit) {
    boost::asio::steady_timer delay(co_await boost::asio::this_coro::executor, self->Delay());
    co_await delay.async_wait(boost::asio::use_awaitable);
    if (self->Roll() < self->failures_percent_) co_return absl::UnavailableError("injected");
    co_return self->Slice(after, limit);
  }

  // Cut into batches anew, as entries read from tables are.
  std::vector<Batch> Slice(uint64_t after, size_t limit) {
    std::lock_guard lock(mutex_);
    std::vector<Batch> batches;
    uint64_t end = std::min<uint64_t>(head_, after + limit);
    while (after < end) {
      uint64_t last = std::min<uint64_t>(end, after + 1 + random_() % 4);
      batches.push_back(Make(after + 1, last));
      after = last;
    }
    return batches;
  }

  std::chrono::microseconds Delay() {
    std::lock_guard lock(mutex_);
    return std::chrono::microseconds(random_() % (longest_read_.count() + 1));
  }

  int Roll() {
    std::lock_guard lock(mutex_);
    return static_cast<int>(random_() % 100);
  }

  mutable std::mutex mutex_;
  std::mt19937 random_;
  uint64_t head_ = 0;
  int failures_percent_ = 0;
  std::chrono::microseconds longest_read_{0};
};

// What a follower has delivered, checked as it comes: every position once and in order.
class DeliveredLog {
 public:
  OnBatch on_batch() {
    return [this](const Batch& batch) {
      std::lock_guard lock(mutex_);
      bool good = batch.first == last_ + 1 && batch.payload != nullptr &&
                  *batch.payload == *FakeLog::Make(batch.first, batch.last).payload;
      if (!good && error_.empty()) error_ = std::to_string(batch.first) + " after " + std::to_string(last_);
      last_ = batch.last;
    };
  }
  uint64_t last() const {
    std::lock_guard lock(mutex_);
    return last_;
  }
  // Empty if all was well.
  std::string error() const {
    std::lock_guard lock(mutex_);
    return error_;
  }

 private:
  mutable std::mutex mutex_;
  uint64_t last_ = 0;
  std::string error_;
};

}  // namespace plexus::bus::testing
