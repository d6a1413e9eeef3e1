#include "services/account/password_pool.h"

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <optional>
#include <utility>

#include "common/base/matrix_error.h"

namespace plexus::account {
namespace {

absl::Status Stopped() { return errors::TryAgain("The server is shutting down"); }

}  // namespace

PasswordPool::PasswordPool(int threads) {
  for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { Work(); });
}

PasswordPool::~PasswordPool() { Stop(); }

Task<absl::StatusOr<std::string>> PasswordPool::Hash(std::string password, PasswordCost cost) {
  absl::AnyInvocable<absl::StatusOr<std::string>()> work = [password = std::move(password), cost] {
    return HashPassword(password, cost);
  };
  co_return co_await Run<std::string>(std::move(work));
}

Task<absl::StatusOr<bool>> PasswordPool::Verify(std::string password, std::string hash, PasswordCost cost) {
  absl::AnyInvocable<absl::StatusOr<bool>()> work = [password = std::move(password), hash = std::move(hash),
                                                     cost]() -> absl::StatusOr<bool> {
    return VerifyPassword(password, hash, cost);
  };
  co_return co_await Run<bool>(std::move(work));
}

template <typename R>
Task<absl::StatusOr<R>> PasswordPool::Run(absl::AnyInvocable<absl::StatusOr<R>()> work) {
  auto answer = std::make_shared<std::optional<absl::StatusOr<R>>>();
  auto initiate = [this, answer](auto handler, absl::AnyInvocable<absl::StatusOr<R>()> work) {
    auto shared = std::make_shared<decltype(handler)>(std::move(handler));
    auto executor = boost::asio::get_associated_executor(*shared);
    auto finish = [shared, executor] { boost::asio::post(executor, [shared] { std::move (*shared)(); }); };
    Job job = [answer, finish, work = std::move(work)](bool run) mutable {
      answer->emplace(run ? work() : absl::StatusOr<R>(Stopped()));
      finish();
    };
    if (absl::Status queued = Enqueue(std::move(job)); !queued.ok()) {
      answer->emplace(std::move(queued));
      finish();
    }
  };
  co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void()>(
      std::move(initiate), boost::asio::use_awaitable, std::move(work));
  co_return std::move(**answer);
}

absl::Status PasswordPool::Enqueue(Job job) {
  absl::MutexLock lock(&mutex_);
  if (stopping_) return Stopped();
  if (queue_.size() >= kMaxQueued) return errors::TryAgain("Too many sign-ins at once");
  queue_.push_back(std::move(job));
  return absl::OkStatus();
}

void PasswordPool::Work() {
  auto ready = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return stopping_ || !queue_.empty(); };
  while (true) {
    Job job;
    {
      absl::MutexLock lock(&mutex_);
      mutex_.Await(absl::Condition(&ready));
      if (stopping_) return;
      job = std::move(queue_.front());
      queue_.pop_front();
    }
    job(/*run=*/true);
  }
}

void PasswordPool::Stop() {
  std::deque<Job> left;
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
    left.swap(queue_);
  }
  for (Job& job : left) job(/*run=*/false);
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

}  // namespace plexus::account
