// One thread of a pool. Inside this library only.
#pragma once

#include <optional>
#include <thread>

#include "absl/functional/any_invocable.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/storage/connection.h"
#include "common/storage/schema_name.h"

namespace plexus::storage {

class Pool;

struct PoolWork {
  SchemaName schema;
  absl::AnyInvocable<void(Session&)> job;
  absl::AnyInvocable<void(absl::Status)> done;
  absl::Time queued_at;
};

// The fields below "pool" are read and written by the pool under its mutex.
class PoolWorker {
 public:
  explicit PoolWorker(Pool& pool);
  // Ends the thread, after the work that it is at.
  void Join();

  // Guarded by the pool's mutex.
  bool idle = false;
  bool stopping = false;
  bool connected = false;
  std::optional<SchemaName> schema;  // of the connection
  int64_t schema_switches = 0;
  std::optional<PoolWork> assigned;
  absl::CondVar wake;

 private:
  void Loop();
  void Perform(PoolWork work);
  absl::Status Prepare(const SchemaName& schema);

  Pool& pool_;
  Connection connection_;
  std::thread thread_;

  friend class Pool;
};

}  // namespace plexus::storage
