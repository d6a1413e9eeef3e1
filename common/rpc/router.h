// The channel that every service is given: it finds the process for each call.
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "common/rpc/channel_pool.h"
#include "common/rpc/directory.h"
#include "common/rpc/in_process_channel.h"
#include "common/rpc/outstanding_calls.h"
#include "common/rpc/registry.h"

namespace plexus::rpc {

struct RouterOptions {
  int max_waiting = 10'000;                             // calls waiting out a handover; beyond: Unavailable
  absl::Duration default_timeout = absl::Seconds(60);   // for calls without a deadline
  absl::Duration retry_pause = absl::Milliseconds(50);  // before another copy is tried
  int max_attempts = 200;                               // sends of one call, whatever its deadline
};

// Methods without a route go to this process if it serves them, else to the less busy of two live copies; those with
// affinity to the copy that rendezvous hashing picks for their key. Methods
// with a route go to the owner of their key's shard; a callee that answers WrongOwner is believed and the call sent
// there. With no owner, or one that cannot be reached, the call waits for news and is sent again until its deadline.
// What may have been executed is sent again only if the method is retry_safe.
class Router final : public Channel {
 public:
  // All must outlive the router's calls.
  Router(Registry& local, Directory& directory, ChannelPool& pool, RouterOptions options = {});

  Task<AnyResponse> Call(Context context, const MethodInfo& method, std::shared_ptr<const Message> request) override;

 private:
  // The shard that a call is for, and what was said of its owner last.
  struct Target {
    std::string tenant;
    ShardKind kind;
    int shard;
    std::string last_owner = "";  // process id of the last attempt
  };

  Task<AnyResponse> CallCopy(Context context, const MethodInfo& method, std::shared_ptr<const Message> request);
  Task<AnyResponse> CallOwner(Context context, const MethodInfo& method, std::shared_ptr<const Message> request);
  Task<AnyResponse> TryCopy(Context context, const MethodInfo& method, std::shared_ptr<const Message> request);
  Task<AnyResponse> TryOwner(Target& target, Context context, const MethodInfo& method,
                             std::shared_ptr<const Message> request);
  Endpoint PickCopy(const MethodInfo& method, const Message& request);
  Task<AnyResponse> Send(Endpoint to, Context context, const MethodInfo& method,
                         std::shared_ptr<const Message> request);
  absl::StatusOr<Target> TargetOf(const Context& context, const MethodInfo& method, const Message& request) const;
  // The process id of the owner as known now, or empty.
  std::string OwnerOf(const Target& target);
  // OK if one more attempt may be made.
  absl::Status MayGoOn(const Context& context, int attempt, const absl::Status& last) const;
  Task<absl::Status> AwaitNews(const Target& target);

  Registry& local_;
  InProcessChannel in_process_;
  Directory& directory_;
  ChannelPool& pool_;
  const RouterOptions options_;
  OutstandingCalls outstanding_;
  std::atomic<int> waiting_{0};
};

}  // namespace plexus::rpc
