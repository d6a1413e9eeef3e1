// How busy other processes are, as far as this one can tell.
#pragma once

#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"
#include "common/rpc/directory.h"

namespace plexus::rpc {

// Counts the calls under way, by process. Thread-safe.
class OutstandingCalls {
 public:
  // One call to `process_id`, for as long as it lives.
  class Call {
   public:
    Call(OutstandingCalls& calls, std::string process_id);
    ~Call();
    Call(const Call&) = delete;
    Call& operator=(const Call&) = delete;

   private:
    OutstandingCalls& calls_;
    const std::string process_id_;
  };

  // The less busy of two of `copies`, drawn at random. `copies` must not be empty.
  const Endpoint& LessBusy(const std::vector<Endpoint>& copies) const;

 private:
  int Count(const Endpoint& copy) const ABSL_SHARED_LOCKS_REQUIRED(mutex_);

  mutable absl::Mutex mutex_;
  absl::flat_hash_map<std::string, int> counts_ ABSL_GUARDED_BY(mutex_);  // none is 0
};

}  // namespace plexus::rpc
