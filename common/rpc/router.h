// The channel that every service is given: it finds the process for each call.
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"
#include "common/rpc/channel_pool.h"
#include "common/rpc/directory.h"
#include "common/rpc/in_process_channel.h"
#include "common/rpc/registry.h"

namespace plexus::rpc {

struct RouterOptions {
  int max_waiting = 10'000;                             // calls waiting out a handover; beyond: Unavailable
  absl::Duration default_timeout = absl::Seconds(60);   // for calls without a deadline
  absl::Duration retry_pause = absl::Milliseconds(50);  // before another copy is tried
  int max_attempts = 200;                               // sends of one call, whatever its deadline
};

// Methods without a route go to this process if it serves them, else to the less busy of two live copies. Methods
// with a route go to the owner of their key's shard; a callee that answers WrongOwner is believed and the call sent
// there. With no owner, or one that cannot be reached, the call waits for news and is sent again until its deadline.
// What may have been executed is sent again only if the method is retry_safe.
class Router final : public Channel {
 public:
  // All must outlive the router's calls.
  Router(Registry& local, Directory& directory, ChannelPool& pool, RouterOptions options = {});
  ~Router() override;

  Task<AnyResponse> Call(Context context, const MethodInfo& method, std::unique_ptr<Message> request) override;

 private:
  struct Attempt;
  struct Shard;

  Task<AnyResponse> CallCopy(Context context, const MethodInfo& method, std::unique_ptr<Message> request);
  Task<AnyResponse> CallOwner(Context context, const MethodInfo& method, std::unique_ptr<Message> request);
  Task<AnyResponse> Send(Endpoint to, Context context, const MethodInfo& method, std::unique_ptr<Message> request);
  Task<absl::Status> AwaitNews(const Context& context, const Shard& shard);

  Registry& local_;
  InProcessChannel in_process_;
  Directory& directory_;
  ChannelPool& pool_;
  const RouterOptions options_;
  std::atomic<int> waiting_{0};
};

}  // namespace plexus::rpc
