// grpc.health.v1.Health: what a server says of its services and roles. Internal to common/rpc: includes grpcpp.
#pragma once

#include <grpcpp/generic/async_generic_service.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "plexus/common/v1/health.pb.h"

namespace plexus::rpc {

class HealthWatch;

// Thread-safe. Held by shared_ptr: calls keep it.
class HealthBoard {
 public:
  // Clients that watch at once; more are refused with ResourceExhausted.
  static constexpr size_t kMaxWatches = 1000;

  // The whole server is known as "" and does not serve at first.
  HealthBoard() : serving_({{"", false}}) {}

  void Set(std::string_view name, bool serving);
  // From now on nothing serves, whatever is set; those who watch are told so, and then their calls end.
  void Close();

  common::v1::ServingStatus StatusOf(std::string_view name) const;
  bool closed() const;

 private:
  friend class HealthWatch;
  // False if there are too many.
  bool Add(std::shared_ptr<HealthWatch> watch);
  void Remove(const std::shared_ptr<HealthWatch>& watch);
  // Tells all who watch to look again, without the lock.
  void Notify();

  mutable absl::Mutex mutex_;
  std::map<std::string, bool, std::less<>> serving_ ABSL_GUARDED_BY(mutex_);
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::shared_ptr<HealthWatch>> watches_ ABSL_GUARDED_BY(mutex_);
};

// The reactor of one call to Check or Watch, which deletes itself; null if `path` is neither.
grpc::ServerGenericBidiReactor* NewHealthCall(std::string_view path, std::shared_ptr<HealthBoard> board);

}  // namespace plexus::rpc
