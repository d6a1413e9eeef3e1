// The threads that hash passwords, away from the I/O threads.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "common/base/task.h"
#include "services/account/domain/password.h"

namespace plexus::account {

// One for the process, all tenants. Thread-safe. Each call resumes its caller on the caller's executor.
class PasswordPool {
 public:
  // Hashing one password takes about 20 ms: a full queue is some seconds of work for each thread.
  static constexpr size_t kMaxQueued = 256;

  explicit PasswordPool(int threads);
  // Fails what is queued and waits for what runs.
  ~PasswordPool();
  PasswordPool(const PasswordPool&) = delete;

  // Unavailable (503 for clients) when the queue is full.
  Task<absl::StatusOr<std::string>> Hash(std::string password, PasswordCost cost);
  Task<absl::StatusOr<bool>> Verify(std::string password, std::string hash, PasswordCost cost);

  // Idempotent. Calls afterwards fail with Unavailable. Blocks.
  void Stop();

 private:
  // Called with false if it shall not run.
  using Job = absl::AnyInvocable<void(bool run)>;

  // Runs `work` on a thread of the pool.
  template <typename R>
  Task<absl::StatusOr<R>> Run(absl::AnyInvocable<absl::StatusOr<R>()> work);
  absl::Status Enqueue(Job job);
  void Work();

  absl::Mutex mutex_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::deque<Job> queue_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::thread> threads_;
};

}  // namespace plexus::account
