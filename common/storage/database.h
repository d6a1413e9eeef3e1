// The process's connections to one database, shared by every tenant in it.
#pragma once

#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"
#include "common/base/task.h"
#include "common/storage/database_options.h"
#include "common/storage/schema_name.h"
#include "common/storage/session.h"
#include "common/storage/sql_error.h"

namespace plexus::storage {

class Pool;

struct DatabaseStats {
  int connections = 0;  // open now
  int queued = 0;       // waiting for a thread now
  int64_t runs = 0;     // pieces of work since the start
  int64_t rejected = 0;
  int64_t connects = 0;
  int64_t failed_connects = 0;
  int64_t schema_switches = 0;
  absl::Duration total_wait;  // of all runs, in the queue
};

// Thread-safe. Destroying it stops it.
class Database {
 public:
  // Checks the options and connects to nothing; threads start with the first work.
  static absl::StatusOr<std::unique_ptr<Database>> Create(DatabaseOptions options);
  ~Database();
  Database(const Database&) = delete;

  // Runs `work`, a function of Session& that returns absl::Status or absl::StatusOr<R>, on a thread of the pool with
  // `search_path` set to `schema`, and resumes the caller on its own executor with what it returned. Exceptions
  // become statuses. Unavailable "database busy" when the queue is full or the wait too long, "database stopped" after
  // Stop, and while Postgres cannot be reached. `work` runs at most once; name the lambda before the co_await:
  //
  //   auto read = [room_id](Session& session) -> absl::StatusOr<int64_t> { … };
  //   PLEXUS_CO_ASSIGN_OR_RETURN(int64_t nid, co_await database.Run(schema, std::move(read)));
  //
  // It may capture by value only: a cancelled caller does not wait for it.
  template <typename F>
  Task<std::invoke_result_t<F&, Session&>> Run(SchemaName schema, F work) {
    using R = std::invoke_result_t<F&, Session&>;
    struct Call {
      F work;
      std::optional<R> result;
    };
    auto call = std::make_shared<Call>(Call{std::move(work), std::nullopt});
    Job job = [call](Session& session) { call->result.emplace(call->work(session)); };
    absl::Status status = co_await Submit(std::move(schema), std::move(job));
    if (!status.ok()) co_return R(std::move(status));
    co_return *std::move(call->result);
  }

  // The same for the calling thread, which waits: for tools, tests and start-up. Never on an I/O thread.
  template <typename F>
  std::invoke_result_t<F&, Session&> RunBlocking(SchemaName schema, F work) {
    using R = std::invoke_result_t<F&, Session&>;
    std::optional<R> result;
    Job job = [&](Session& session) { result.emplace(work(session)); };
    absl::Status status = SubmitBlocking(std::move(schema), std::move(job));
    if (!status.ok()) return R(std::move(status));
    return *std::move(result);
  }

  // Fails what is queued with Unavailable, waits for what is running, closes every connection, ends every thread.
  // Idempotent. Blocks; completions have been posted to their executors when it returns.
  void Stop();

  DatabaseStats Stats() const;
  const DatabaseOptions& options() const;

 private:
  using Job = absl::AnyInvocable<void(Session&)>;
  explicit Database(DatabaseOptions options);
  Task<absl::Status> Submit(SchemaName schema, Job job);
  absl::Status SubmitBlocking(SchemaName schema, Job job);

  std::shared_ptr<Pool> pool_;
};

}  // namespace plexus::storage
