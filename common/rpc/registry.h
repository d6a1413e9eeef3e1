// The handlers of one process, by method: what its gRPC server and its in-process callers call.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "common/base/clock.h"
#include "common/base/task.h"
#include "common/rpc/channel.h"
#include "common/rpc/interceptor.h"

namespace plexus::rpc {

// Answers one call. Context and request live until the task has ended.
template <typename Req, typename Res>
using Handler = std::function<Task<absl::StatusOr<Res>>(const Context&, const Req&)>;
using AnyHandler = std::function<Task<AnyResponse>(const Context&, const Message&)>;

// Chooses where a call's handler runs, for instance one thread for each shard. Runs on any thread; must not block.
using ExecutorSelector = std::function<Executor(const Context&, const Message&)>;

class ServiceCalls;  // the calls of one service that are being handled

// Thread-safe. Must outlive every call.
class Registry {
 public:
  // `io_executors` run the handlers of remote calls, in turn; each must run one handler at a time. Interceptors see
  // every call, the first outermost.
  Registry(std::vector<Executor> io_executors, std::vector<std::shared_ptr<Interceptor>> interceptors,
           const Clock& clock = RealClock());
  ~Registry();

  // From now on `handler` answers `method`, on the executor that `selector` names, or without one: on the caller's
  // own if the caller is in this process, else on one of io_executors. AlreadyExists if it has a handler.
  template <typename Req, typename Res>
  absl::Status Handle(Method<Req, Res> method, Handler<Req, Res> handler, ExecutorSelector selector = {}) {
    return HandleAny(InfoOf(method), Erase(std::move(handler)), std::move(selector));
  }
  // The same for any callable, so that lambdas and bound members need no conversion at the call.
  template <typename Req, typename Res, typename F>
  absl::Status Handle(Method<Req, Res> method, F handler, ExecutorSelector selector = {}) {
    return Handle(method, Handler<Req, Res>(std::move(handler)), std::move(selector));
  }
  absl::Status HandleAny(const MethodInfo& method, AnyHandler handler, ExecutorSelector selector);

  // Whether calls of this method, or of any method of this role, are answered here (and not closed).
  bool Serves(const MethodInfo& method) const;
  bool ServesRole(std::string_view role) const;
  // Full names of the services that have handlers, sorted.
  std::vector<std::string> Services() const;

  // New calls of the service ("plexus.account.v1.AccountService"; all services if empty) get Unavailable, not executed.
  void Close(std::string_view service = {});
  // Closes, waits up to `within` for the calls being handled, then cancels those left and waits kCancelGrace more.
  // Then forgets the handlers; the service may be registered again. DeadlineExceeded if calls are still being handled
  // (they stay counted and their handlers alive). Empty: every service.
  Task<absl::Status> Drain(std::string_view service, absl::Duration within);

  static constexpr absl::Duration kCancelGrace = absl::Seconds(1);

  // Begins one call, for servers: its handler runs on the executor that its selector names, else on `otherwise`. `done`
  // gets the answer, on that executor or, if the call is refused at once, on this thread. From any thread.
  using Done = std::function<void(AnyResponse)>;
  void Start(Context context, const MethodInfo& method, std::shared_ptr<const Message> request, Executor otherwise,
             bool remote, Done done);
  // Handles one call from this process; see Channel::Call.
  Task<AnyResponse> Dispatch(Context context, const MethodInfo& method, std::shared_ptr<const Message> request);

  // One of io_executors, in turn.
  Executor NextExecutor();
  const Clock& clock() const { return clock_; }

 private:
  struct Entry;
  class Dispatched;

  template <typename Req, typename Res>
  static AnyHandler Erase(Handler<Req, Res> handler) {
    auto shared = std::make_shared<Handler<Req, Res>>(std::move(handler));
    return [shared](const Context& context, const Message& request) {
      return RunTyped<Req, Res>(shared, context, request);
    };
  }
  template <typename Req, typename Res>
  static Task<AnyResponse> RunTyped(std::shared_ptr<Handler<Req, Res>> handler, const Context& context,
                                    const Message& request) {
    absl::StatusOr<Res> response = co_await (*handler)(context, static_cast<const Req&>(request));
    if (!response.ok()) co_return std::move(response).status();
    std::unique_ptr<Message> message = std::make_unique<Res>(*std::move(response));
    co_return message;
  }

  std::shared_ptr<Entry> Find(const MethodInfo& method) const;
  absl::Status Unserved(const MethodInfo& method) const;
  std::vector<std::shared_ptr<ServiceCalls>> Matching(std::string_view service) const;
  void Forget(const std::shared_ptr<ServiceCalls>& calls);
  Task<AnyResponse> Run(std::shared_ptr<Dispatched> call);
  absl::Status Before(Dispatched& call, size_t& entered) const;
  AnyResponse After(Dispatched& call, size_t entered, AnyResponse response) const;

  const std::vector<Executor> io_executors_;
  const std::vector<std::shared_ptr<Interceptor>> interceptors_;
  const Clock& clock_;
  std::atomic<size_t> next_executor_{0};
  mutable absl::Mutex mutex_;
  absl::flat_hash_map<const MethodInfo*, std::shared_ptr<Entry>> entries_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<std::string, std::shared_ptr<ServiceCalls>> services_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace plexus::rpc
