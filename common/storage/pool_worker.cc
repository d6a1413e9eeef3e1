#include "common/storage/pool_worker.h"

#include "common/base/status_macros.h"
#include "common/storage/pool.h"
#include "common/storage/sql_error.h"

namespace plexus::storage {

PoolWorker::PoolWorker(Pool& pool) : pool_(pool), connection_(pool.options()), thread_([this] { Loop(); }) {}

void PoolWorker::Join() { thread_.join(); }

void PoolWorker::Loop() {
  while (std::optional<PoolWork> work = pool_.NextFor(*this)) Perform(*std::move(work));
}

absl::Status PoolWorker::Prepare(const SchemaName& schema) {
  if (connection_.Reuse(schema)) return absl::OkStatus();
  PLEXUS_RETURN_IF_ERROR(pool_.MayConnect());
  absl::Status status = connection_.Open(schema);
  pool_.Connected(status);
  return status;
}

void PoolWorker::Perform(PoolWork work) {
  absl::Status status = Prepare(work.schema);
  if (status.ok()) {
    Session session(connection_);
    try {
      work.job(session);
    } catch (...) {
      status = StatusOfCurrentException(!connection_.is_open());
      connection_.Rollback();
    }
  }
  // What the job captured is released on this thread, before the caller goes on.
  work.job = nullptr;
  work.done(std::move(status));
}

}  // namespace plexus::storage
