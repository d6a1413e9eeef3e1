// The calls of one service that are being handled: counted, so that the service can be closed and drained.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_set.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/base/cancellation.h"
#include "common/base/task.h"

namespace plexus::rpc {

template <typename T>
class Reply;

// Thread-safe.
class ServiceCalls {
 public:
  explicit ServiceCalls(std::string service) : service_(std::move(service)) {}

  const std::string& service() const { return service_; }

  // Counts a call, known by its cancellation. False if the service is closed: the call must be refused.
  bool Begin(const std::shared_ptr<Cancellation>& call);
  void End(const std::shared_ptr<Cancellation>& call);

  void Close();
  bool closed() const;
  // Cancels every call that is being handled.
  void CancelAll();
  // Waits until none is being handled, at most `timeout`. Whether that is so.
  Task<bool> Idle(absl::Duration timeout);

 private:
  const std::string service_;
  mutable absl::Mutex mutex_;
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  absl::flat_hash_set<std::shared_ptr<Cancellation>> calls_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::shared_ptr<Reply<bool>>> waiters_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace plexus::rpc
