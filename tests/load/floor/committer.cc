#include "tests/load/floor/committer.h"

#include <algorithm>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/bus/log_batch.h"
#include "common/storage/array.h"

namespace plexus::floor {
namespace {

namespace asio = boost::asio;

constexpr char kInsertSql[] = R"sql(
  INSERT INTO event (position, txn_id, content)
  SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[])
)sql";

}  // namespace

Committer::Committer(storage::Database& database, storage::SchemaName schema, bus::Bus& bus, std::string channel)
    : database_(database), schema_(std::move(schema)), bus_(bus), channel_(std::move(channel)) {}

Task<absl::StatusOr<uint64_t>> Committer::Append(std::string txn_id, std::string content_json) {
  auto initiate = [](auto handler, Committer* self, std::string txn_id, std::string content_json) {
    const auto executor = asio::get_associated_executor(handler);
    auto done = [handler = std::move(handler),
                 guard = asio::make_work_guard(executor)](absl::StatusOr<uint64_t> position) mutable {
      asio::post(guard.get_executor(), [handler = std::move(handler), position = std::move(position)]() mutable {
        handler(std::move(position));
      });
    };
    if (self->Enqueue({std::move(txn_id), std::move(content_json), std::move(done)})) {
      asio::co_spawn(executor, self->CommitQueued(), asio::detached);
    }
  };
  co_return co_await asio::async_initiate<const asio::use_awaitable_t<>, void(absl::StatusOr<uint64_t>)>(
      initiate, asio::use_awaitable, this, std::move(txn_id), std::move(content_json));
}

bool Committer::Enqueue(Pending pending) {
  absl::MutexLock lock(&mutex_);
  if (queued_.size() >= kMaxQueued) {
    pending.done(absl::ResourceExhaustedError("too many events wait for their commit"));
    return false;
  }
  queued_.push_back(std::move(pending));
  return !std::exchange(committing_, true);
}

Task<void> Committer::CommitQueued() {
  for (;;) {
    std::vector<Pending> batch = CutBatch();
    if (batch.empty()) co_return;
    const absl::Status status = co_await Insert(batch);
    if (status.ok()) Publish(batch);
    for (Pending& each : batch) {
      if (status.ok()) {
        each.done(++last_);
      } else {
        each.done(status);
      }
    }
  }
}

std::vector<Committer::Pending> Committer::CutBatch() {
  absl::MutexLock lock(&mutex_);
  const auto end = queued_.begin() + static_cast<ptrdiff_t>(std::min(queued_.size(), kMaxBatch));
  std::vector<Pending> batch(std::make_move_iterator(queued_.begin()), std::make_move_iterator(end));
  queued_.erase(queued_.begin(), end);
  committing_ = !batch.empty();
  return batch;
}

Task<absl::Status> Committer::Insert(const std::vector<Pending>& batch) {
  std::vector<int64_t> positions;
  std::vector<std::string_view> txn_ids, contents;
  for (const Pending& each : batch) {
    positions.push_back(static_cast<int64_t>(last_ + 1 + positions.size()));
    txn_ids.push_back(each.txn_id);
    contents.push_back(each.content_json);
  }
  auto insert = [positions = storage::BigintArray(positions), txn_ids = storage::TextArray(txn_ids),
                 contents = storage::TextArray(contents)](storage::Session& session) {
    return session.Query(kInsertSql, positions, txn_ids, contents).status();
  };
  co_return co_await database_.Run(schema_, std::move(insert));
}

void Committer::Publish(const std::vector<Pending>& batch) {
  std::string entries;
  for (const Pending& each : batch) {
    absl::StrAppend(&entries, entries.empty() ? "" : ",", R"({"id":")", each.txn_id, R"(","content":)",
                    each.content_json, "}");
  }
  bus_.Publish(channel_, bus::EncodeLogBatch(last_ + 1, last_ + batch.size(), entries));
}

}  // namespace plexus::floor
