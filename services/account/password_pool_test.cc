#include "services/account/password_pool.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <future>

#include "common/base/matrix_error.h"

namespace plexus::account {
namespace {

TEST(PasswordPool, HashesAwayFromTheCallersThread) {
  boost::asio::io_context io;
  PasswordPool pool(1);
  auto hashed = boost::asio::co_spawn(io, pool.Hash("secret", kCheapCost), boost::asio::use_future);
  auto guard = boost::asio::make_work_guard(io);
  std::thread thread([&] { io.run(); });
  absl::StatusOr<std::string> hash = hashed.get();
  ASSERT_TRUE(hash.ok()) << hash.status();
  auto right = boost::asio::co_spawn(io, pool.Verify("secret", *hash, kCheapCost), boost::asio::use_future);
  auto wrong = boost::asio::co_spawn(io, pool.Verify("Secret", *hash, kCheapCost), boost::asio::use_future);
  EXPECT_TRUE(*right.get());
  EXPECT_FALSE(*wrong.get());
  guard.reset();
  thread.join();
}

TEST(PasswordPool, AnswersUnavailableWhenStoppedOrFull) {
  boost::asio::io_context io;
  PasswordPool idle(0);  // nobody works the queue off
  std::vector<std::future<absl::StatusOr<std::string>>> queued;
  for (size_t i = 0; i < PasswordPool::kMaxQueued; ++i) {
    queued.push_back(boost::asio::co_spawn(io, idle.Hash("x", kCheapCost), boost::asio::use_future));
  }
  auto refused = boost::asio::co_spawn(io, idle.Hash("x", kCheapCost), boost::asio::use_future);
  io.poll();
  ASSERT_EQ(refused.wait_for(std::chrono::seconds(0)), std::future_status::ready);
  EXPECT_EQ(FromStatus(refused.get().status()).http_status, 503);
  idle.Stop();
  io.run();
  EXPECT_EQ(FromStatus(queued[0].get().status()).http_status, 503);
}

}  // namespace
}  // namespace plexus::account
