// A run: senders send, readers sync, the books are kept.
#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/base/task.h"
#include "tests/load/chat/connection.h"
#include "tests/load/chat/ledger.h"
#include "tests/load/chat/options.h"
#include "tests/load/chat/process_usage.h"
#include "tests/load/chat/results.h"
#include "tests/load/chat/target.h"

namespace plexus::load {

// One thread does it all.
class Driver {
 public:
  // All must outlive the driver.
  Driver(boost::asio::io_context& context, const Options& options, const ServerUrl& url, Target& target, Ledger& ledger,
         std::vector<WatchedProcess> processes);

  // Once, on a prepared target; runs the context and blocks. Fails if a reader cannot even make its first sync.
  absl::StatusOr<Results> Run();

 private:
  struct Reader {
    std::unique_ptr<Connection> connection;
    std::string since;
  };

  Task<void> SyncFirst(int reader);
  Task<void> Send(int sender);
  // When a sender's event number `i` is due; never before now.
  Task<int64_t> AwaitTurn(int sender, int64_t i);
  Task<void> SendOne(Connection& connection, int sender, int64_t due);
  Task<void> Read(int reader);
  void Receive(int reader, const std::string& answer);
  Task<void> Measure();
  // Waits until the last events have been seen, for a bounded time, then ends whatever is still under way.
  Task<void> Finish();
  void Fail(std::string what) { ++results_.failures[std::move(what)]; }
  bool Measured(int64_t nanos) const { return nanos >= measure_from_ && nanos < measure_until_; }

  boost::asio::io_context& context_;
  const Options& options_;
  Target& target_;
  Ledger& ledger_;
  const std::vector<WatchedProcess> processes_;
  std::vector<std::unique_ptr<Connection>> senders_;
  std::vector<Reader> readers_;
  Results results_;
  absl::Status status_;
  int64_t start_ = 0, measure_from_ = 0, measure_until_ = 0;  // nanoseconds of Clock::BootNanos
  int sending_ = 0;                                           // senders that have not ended
  bool finished_ = false;
};

}  // namespace plexus::load
