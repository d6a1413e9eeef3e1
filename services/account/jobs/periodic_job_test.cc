#include "services/account/jobs/periodic_job.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

namespace plexus::account {
namespace {

using std::chrono::milliseconds;

class CountingJob final : public PeriodicJob {
 public:
  CountingJob(Executor executor, milliseconds interval, int until)
      : PeriodicJob(std::move(executor), interval), until_(until) {}
  int rounds = 0;

 private:
  Task<bool> RunOnce() override {
    ++rounds;
    if (rounds == 2 && throws) throw std::runtime_error("injected");
    co_return rounds < until_;
  }
  const int until_;

 public:
  bool throws = false;
};

TEST(PeriodicJob, DoesNothingUntilItIsWoken) {
  boost::asio::io_context io;
  auto job = std::make_shared<CountingJob>(io.get_executor(), milliseconds(1), 1);
  io.run();
  EXPECT_EQ(job->rounds, 0);
}

TEST(PeriodicJob, RunsUntilARoundSaysThatItIsEnough) {
  boost::asio::io_context io;
  auto job = std::make_shared<CountingJob>(io.get_executor(), milliseconds(1), 3);
  job->Wake();
  io.run();
  EXPECT_EQ(job->rounds, 3);
  job->Wake();
  io.restart();
  io.run();
  EXPECT_EQ(job->rounds, 4);
}

TEST(PeriodicJob, AnExceptionEndsTheRoundOnly) {
  boost::asio::io_context io;
  auto job = std::make_shared<CountingJob>(io.get_executor(), milliseconds(1), 4);
  job->throws = true;
  job->Wake();
  io.run();
  EXPECT_EQ(job->rounds, 4);
}

TEST(PeriodicJob, StopsInItsPauseAtOnce) {
  boost::asio::io_context io;
  auto job = std::make_shared<CountingJob>(io.get_executor(), std::chrono::hours(1), 100);
  job->Wake();
  io.run_for(milliseconds(20));
  EXPECT_EQ(job->rounds, 1);
  boost::asio::co_spawn(io, job->Stop(), boost::asio::detached);
  io.run();  // returns: nothing waits any more
  job->Wake();
  io.restart();
  io.run();
  EXPECT_EQ(job->rounds, 1);
}

}  // namespace
}  // namespace plexus::account
