#include "common/storage/database.h"

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "absl/synchronization/notification.h"
#include "common/storage/pool.h"

namespace plexus::storage {
namespace {

namespace asio = boost::asio;

absl::Status Check(const DatabaseOptions& options) {
  if (options.connection_string.empty()) return absl::InvalidArgumentError("the connection string is empty");
  if (options.max_connections < 1) return absl::InvalidArgumentError("max_connections must be at least 1");
  if (options.max_queued < 0) return absl::InvalidArgumentError("max_queued must not be negative");
  if (options.max_prepared < 1) return absl::InvalidArgumentError("max_prepared must be at least 1");
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<Database>> Database::Create(DatabaseOptions options) {
  if (absl::Status status = Check(options); !status.ok()) return status;
  return std::unique_ptr<Database>(new Database(std::move(options)));
}

Database::Database(DatabaseOptions options) : pool_(std::make_shared<Pool>(std::move(options))) {}

Database::~Database() { Stop(); }

void Database::Stop() { pool_->Stop(); }

DatabaseStats Database::Stats() const { return pool_->Stats(); }

const DatabaseOptions& Database::options() const { return pool_->options(); }

Task<absl::Status> Database::Submit(SchemaName schema, Job job) {
  auto initiate = [](auto handler, std::shared_ptr<Pool> pool, SchemaName schema, Job job) {
    auto executor = asio::get_associated_executor(handler);
    // The guard keeps the executor's context running until the answer has arrived there, and ends there: the context
    // may be gone once its last handler has run.
    auto done = [handler = std::move(handler), executor,
                 guard = asio::make_work_guard(executor)](absl::Status status) mutable {
      auto resume = [handler = std::move(handler), status = std::move(status), guard = std::move(guard)]() mutable {
        handler(std::move(status));
      };
      asio::post(executor, std::move(resume));
    };
    pool->Submit({std::move(schema), std::move(job), std::move(done), absl::Time()});
  };
  co_return co_await asio::async_initiate<const asio::use_awaitable_t<>, void(absl::Status)>(
      initiate, asio::use_awaitable, pool_, std::move(schema), std::move(job));
}

absl::Status Database::SubmitBlocking(SchemaName schema, Job job) {
  absl::Notification finished;
  absl::Status result;
  auto done = [&](absl::Status status) {
    result = std::move(status);
    finished.Notify();
  };
  pool_->Submit({std::move(schema), std::move(job), done, absl::Time()});
  finished.WaitForNotification();
  return result;
}

}  // namespace plexus::storage
