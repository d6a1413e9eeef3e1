#include "common/rpc/registry.h"

#include <google/protobuf/message.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>
#include <exception>
#include <optional>

#include "absl/strings/str_cat.h"
#include "common/rpc/reply.h"
#include "common/rpc/service_calls.h"
#include "common/rpc/status.h"

namespace plexus::rpc {

struct Registry::Entry {
  const MethodInfo& method;
  AnyHandler handler;
  ExecutorSelector selector;
  std::shared_ptr<ServiceCalls> calls;
};

// One call from its admission to its answer; counted among its service's calls for as long as it lives.
class Registry::Dispatched {
 public:
  Dispatched(std::shared_ptr<Entry> entry, Context context, std::shared_ptr<const Message> request, bool remote,
             int64_t started_nanos)
      : entry(std::move(entry)),
        context(std::move(context)),
        request(std::move(request)),
        remote(remote),
        started_nanos(started_nanos) {}
  Dispatched(const Dispatched&) = delete;
  ~Dispatched() {
    if (cancellation_ != nullptr) entry->calls->End(cancellation_);
  }

  // False if the service is closed.
  bool Admit() {
    if (!entry->calls->Begin(context.cancellation)) return false;
    cancellation_ = context.cancellation;
    return true;
  }

  const std::shared_ptr<Entry> entry;
  Context context;
  const std::shared_ptr<const Message> request;
  const bool remote;
  const int64_t started_nanos;

 private:
  std::shared_ptr<Cancellation> cancellation_;  // set while counted; interceptors may change the context's
};

namespace {

absl::Status Refusal(const MethodInfo& method) {
  return NotExecuted(absl::UnavailableError(absl::StrCat(method.service, " is shutting down")));
}

// Why a call that has been admitted need not run any more.
absl::Status StillWanted(const Context& context, const Clock& clock) {
  if (context.cancelled()) return NotExecuted(absl::CancelledError("cancelled before it began"));
  if (context.Remaining(clock) > absl::ZeroDuration()) return absl::OkStatus();
  return NotExecuted(absl::DeadlineExceededError("too late before it began"));
}

// Plexus' own code throws nothing, but what it calls might.
AnyResponse Thrown(std::exception_ptr exception, const MethodInfo& method) {
  try {
    std::rethrow_exception(exception);
  } catch (const std::exception& e) {
    return absl::InternalError(absl::StrCat(method.full_name, " threw: ", e.what()));
  } catch (...) {
    return absl::InternalError(absl::StrCat(method.full_name, " threw"));
  }
}

}  // namespace

Registry::Registry(std::vector<Executor> io_executors, std::vector<std::shared_ptr<Interceptor>> interceptors,
                   const Clock& clock)
    : io_executors_(std::move(io_executors)), interceptors_(std::move(interceptors)), clock_(clock) {}

Registry::~Registry() = default;

absl::Status Registry::HandleAny(const MethodInfo& method, AnyHandler handler, ExecutorSelector selector) {
  absl::MutexLock lock(&mutex_);
  if (entries_.contains(&method)) {
    return absl::AlreadyExistsError(absl::StrCat(method.full_name, " has a handler already"));
  }
  std::shared_ptr<ServiceCalls>& calls = services_[method.service];
  if (calls == nullptr || calls->closed()) calls = std::make_shared<ServiceCalls>(method.service);
  entries_[&method] = std::make_shared<Entry>(Entry{method, std::move(handler), std::move(selector), calls});
  return absl::OkStatus();
}

bool Registry::Serves(const MethodInfo& method) const {
  std::shared_ptr<Entry> entry = Find(method);
  return entry != nullptr && !entry->calls->closed();
}

bool Registry::ServesRole(std::string_view role) const {
  absl::ReaderMutexLock lock(&mutex_);
  return std::any_of(entries_.begin(), entries_.end(),
                     [&](const auto& item) { return item.first->role == role && !item.second->calls->closed(); });
}

std::vector<std::string> Registry::Services() const {
  absl::ReaderMutexLock lock(&mutex_);
  std::vector<std::string> names;
  for (const auto& [name, calls] : services_) {
    if (!calls->closed()) names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

void Registry::Close(std::string_view service) {
  for (const auto& calls : Matching(service)) calls->Close();
}

Task<absl::Status> Registry::Drain(std::string_view service, absl::Duration within) {
  const std::vector<std::shared_ptr<ServiceCalls>> matching = Matching(service);
  for (const auto& calls : matching) calls->Close();
  const int64_t end = Context().WithTimeout(clock_, within).deadline_nanos;
  bool drained = true;
  for (const auto& calls : matching) {
    const absl::Duration left = absl::Nanoseconds(std::max<int64_t>(0, end - clock_.BootNanos()));
    bool idle = co_await calls->Idle(left);
    if (!idle) {
      calls->CancelAll();
      idle = co_await calls->Idle(kCancelGrace);
    }
    if (idle) Forget(calls);
    drained = drained && idle;
  }
  if (!drained) co_return absl::DeadlineExceededError("calls are still being handled");
  co_return absl::OkStatus();
}

void Registry::Start(Context context, const MethodInfo& method, std::shared_ptr<const Message> request,
                     Executor otherwise, bool remote, Done done) {
  std::shared_ptr<Entry> entry = Find(method);
  if (entry == nullptr) return done(Unserved(method));
  if (context.cancellation == nullptr) context.cancellation = std::make_shared<Cancellation>();
  const Executor executor = entry->selector ? entry->selector(context, *request) : std::move(otherwise);
  auto call = std::make_shared<Dispatched>(std::move(entry), std::move(context), std::move(request), remote,
                                           clock_.BootNanos());
  if (!call->Admit()) return done(Refusal(method));
  boost::asio::co_spawn(executor, Run(std::move(call)),
                        [&method, done = std::move(done)](std::exception_ptr exception, AnyResponse response) {
                          done(exception ? Thrown(exception, method) : std::move(response));
                        });
}

Task<AnyResponse> Registry::Dispatch(Context context, const MethodInfo& method,
                                     std::shared_ptr<const Message> request) {
  const Executor caller = co_await boost::asio::this_coro::executor;
  auto reply = std::make_shared<Reply<AnyResponse>>(caller);
  auto cancellation = std::make_shared<Cancellation>();  // the callee's own: its deadline is not its caller's end
  Cancellation::Registration registration;
  if (context.cancellation != nullptr) {
    registration = context.cancellation->OnCancel([reply, cancellation] {
      cancellation->Cancel();
      reply->Set(absl::CancelledError("the caller has gone"));
    });
  }
  const absl::Duration remaining = context.Remaining(clock_);
  context.cancellation = cancellation;
  Start(std::move(context), method, std::move(request), caller, /*remote=*/false,
        [reply](AnyResponse response) { reply->Set(std::move(response)); });
  std::optional<AnyResponse> response = co_await reply->Wait(remaining);
  if (response) co_return *std::move(response);
  cancellation->Cancel();
  co_return absl::DeadlineExceededError(absl::StrCat(method.full_name, " took too long"));
}

Executor Registry::NextExecutor() { return io_executors_[next_executor_++ % io_executors_.size()]; }

std::shared_ptr<Registry::Entry> Registry::Find(const MethodInfo& method) const {
  absl::ReaderMutexLock lock(&mutex_);
  auto it = entries_.find(&method);
  return it == entries_.end() ? nullptr : it->second;
}

absl::Status Registry::Unserved(const MethodInfo& method) const {
  absl::ReaderMutexLock lock(&mutex_);
  auto it = services_.find(method.service);
  if (it != services_.end() && it->second->closed()) return Refusal(method);
  return NotExecuted(absl::UnimplementedError(absl::StrCat(method.full_name, " is not served here")));
}

std::vector<std::shared_ptr<ServiceCalls>> Registry::Matching(std::string_view service) const {
  absl::ReaderMutexLock lock(&mutex_);
  std::vector<std::shared_ptr<ServiceCalls>> matching;
  for (const auto& [name, calls] : services_) {
    if (service.empty() || name == service) matching.push_back(calls);
  }
  return matching;
}

void Registry::Forget(const std::shared_ptr<ServiceCalls>& calls) {
  std::vector<std::shared_ptr<Entry>> forgotten;  // destroyed without the lock: a handler may own anything
  absl::MutexLock lock(&mutex_);
  for (auto it = entries_.begin(); it != entries_.end();) {
    auto current = it++;
    if (current->second->calls != calls) continue;
    forgotten.push_back(std::move(current->second));
    entries_.erase(current);
  }
}

// Runs on the handler's executor.
Task<AnyResponse> Registry::Run(std::shared_ptr<Dispatched> call) {
  size_t entered = 0;
  absl::Status status = Before(*call, entered);
  if (status.ok()) status = StillWanted(call->context, clock_);
  AnyResponse response = status.ok() ? AnyResponse(absl::UnknownError("")) : AnyResponse(status);
  if (status.ok()) {
    std::exception_ptr exception;
    try {
      response = co_await call->entry->handler(call->context, *call->request);
    } catch (...) {
      exception = std::current_exception();
    }
    if (exception) response = Thrown(exception, call->entry->method);
  }
  co_return After(*call, entered, std::move(response));
}

absl::Status Registry::Before(Dispatched& call, size_t& entered) const {
  for (const auto& interceptor : interceptors_) {
    ++entered;
    absl::Status status = interceptor->Before(call.context, call.entry->method, *call.request);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

AnyResponse Registry::After(Dispatched& call, size_t entered, AnyResponse response) const {
  while (entered-- > 0) {
    const CallOutcome outcome{response.status(), clock_.BootNanos() - call.started_nanos, call.remote,
                              call.request.get()};
    absl::Status status = interceptors_[entered]->After(call.context, call.entry->method, outcome);
    if (!status.ok()) response = std::move(status);
  }
  return response;
}

}  // namespace plexus::rpc
