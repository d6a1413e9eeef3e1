// Lets coroutines of one strand wait for each other.
#pragma once

#include <chrono>
#include <list>
#include <utility>

#include <boost/asio/steady_timer.hpp>

#include "common/base/task.h"

namespace plexus::bus {

// A condition variable for coroutines. Everything happens on one strand: a coroutine checks its condition and waits
// without a suspension in between, so that no notification is missed.
class WaitList {
 public:
  explicit WaitList(Executor strand) : strand_(std::move(strand)) {}
  WaitList(const WaitList&) = delete;
  WaitList& operator=(const WaitList&) = delete;

  // Returns at the next NotifyAll or at `deadline`.
  Task<void> WaitUntil(std::chrono::steady_clock::time_point deadline);
  Task<void> Wait();
  void NotifyAll();

 private:
  const Executor strand_;
  std::list<boost::asio::steady_timer*> waiting_;
};

// Counts what runs on a strand, so that a Stop() can wait for it.
class RunningTasks {
 public:
  explicit RunningTasks(Executor strand) : ended_(std::move(strand)) {}

  // Keeps the count up for its lifetime. `tasks` must outlive it.
  class Scope {
   public:
    explicit Scope(RunningTasks& tasks) : tasks_(&tasks) { ++tasks_->count_; }
    Scope(Scope&& other) noexcept : tasks_(std::exchange(other.tasks_, nullptr)) {}
    ~Scope() {
      if (tasks_ != nullptr && --tasks_->count_ == 0) tasks_->ended_.NotifyAll();
    }

   private:
    RunningTasks* tasks_;
  };

  bool none() const { return count_ == 0; }
  Scope Enter() { return Scope(*this); }
  Task<void> WaitForNone();

 private:
  int count_ = 0;
  WaitList ended_;
};

}  // namespace plexus::bus
