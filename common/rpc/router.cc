#include "common/rpc/router.h"

#include <google/protobuf/message.h>

#include <boost/asio/this_coro.hpp>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "common/base/matrix_error.h"
#include "common/base/status_macros.h"
#include "common/rpc/reply.h"
#include "common/rpc/status.h"

namespace plexus::rpc {
namespace {

absl::Status Nobody(std::string_view what) {
  return NotExecuted(absl::UnavailableError(absl::StrCat("nobody serves ", what)));
}

// Whether a call that failed so may be sent again. A handler's own answer, even a 503, is final.
bool MayRepeat(const MethodInfo& method, const absl::Status& status) {
  if (GetWrongOwner(status)) return true;
  if (!absl::IsUnavailable(status) || CarriedMatrixError(status)) return false;
  return method.retry_safe || WasNotExecuted(status);
}

// Sleeps on the caller's executor.
Task<void> Pause(absl::Duration duration) {
  auto never = std::make_shared<Reply<bool>>(co_await boost::asio::this_coro::executor);
  co_await never->Wait(duration);
}

}  // namespace

Router::Router(Registry& local, Directory& directory, ChannelPool& pool, RouterOptions options)
    : local_(local), in_process_(local), directory_(directory), pool_(pool), options_(options) {}

Task<AnyResponse> Router::Call(Context context, const MethodInfo& method, std::shared_ptr<const Message> request) {
  if (context.deadline_nanos == 0) context = context.WithTimeout(local_.clock(), options_.default_timeout);
  if (method.route) return CallOwner(std::move(context), method, std::move(request));
  return CallCopy(std::move(context), method, std::move(request));
}

Task<AnyResponse> Router::CallCopy(Context context, const MethodInfo& method, std::shared_ptr<const Message> request) {
  for (int attempt = 1;; ++attempt) {
    AnyResponse response = co_await TryCopy(context, method, request);
    if (response.ok() || !MayRepeat(method, response.status())) co_return response;
    PLEXUS_CO_RETURN_IF_ERROR(MayGoOn(context, attempt, response.status()));
    co_await Pause(options_.retry_pause);
  }
}

Task<AnyResponse> Router::TryCopy(Context context, const MethodInfo& method, std::shared_ptr<const Message> request) {
  if (local_.Serves(method)) return in_process_.Call(std::move(context), method, std::move(request));
  std::vector<Endpoint> copies = directory_.Copies(method.role);
  std::erase_if(copies, [](const Endpoint& copy) { return copy.local; });
  Endpoint to = copies.empty() ? Endpoint() : outstanding_.LessBusy(copies);
  return Send(std::move(to), std::move(context), method, std::move(request));
}

Task<AnyResponse> Router::CallOwner(Context context, const MethodInfo& method, std::shared_ptr<const Message> request) {
  PLEXUS_CO_ASSIGN_OR_RETURN(Target target, TargetOf(context, method, *request));
  bool redirected = false;  // by the previous attempt
  for (int attempt = 1;; ++attempt) {
    AnyResponse response = co_await TryOwner(target, context, method, request);
    if (response.ok() || !MayRepeat(method, response.status())) co_return response;
    PLEXUS_CO_RETURN_IF_ERROR(MayGoOn(context, attempt, response.status()));
    if (std::optional<WrongOwner> wrong = GetWrongOwner(response.status())) directory_.Learn(target.tenant, *wrong);
    redirected = !redirected && KnowsAnotherOwner(target);
    if (redirected) continue;
    absl::Status news = co_await AwaitNews(target);
    if (!news.ok()) co_return news;
  }
}

Task<AnyResponse> Router::TryOwner(Target& target, Context context, const MethodInfo& method,
                                   std::shared_ptr<const Message> request) {
  std::optional<Endpoint> owner = directory_.Owner(target.tenant, target.kind, target.shard);
  target.last_owner = owner ? owner->process_id : "";
  return Send(owner.value_or(Endpoint()), std::move(context), method, std::move(request));
}

// An endpoint without a process is nobody.
Task<AnyResponse> Router::Send(Endpoint to, Context context, const MethodInfo& method,
                               std::shared_ptr<const Message> request) {
  if (to.local) co_return co_await in_process_.Call(std::move(context), method, std::move(request));
  if (to.process_id.empty()) co_return Nobody(method.full_name);
  PLEXUS_CO_ASSIGN_OR_RETURN(std::shared_ptr<Channel> channel, pool_.Get(to.address));
  OutstandingCalls::Call counted(outstanding_, to.process_id);
  co_return co_await channel->Call(std::move(context), method, std::move(request));
}

absl::StatusOr<Router::Target> Router::TargetOf(const Context& context, const MethodInfo& method,
                                                const Message& request) const {
  PLEXUS_ASSIGN_OR_RETURN(std::string key, RoutingKey(method, request));
  const int shards = directory_.ShardCount(context.tenant, *method.route);
  if (shards <= 0) return Nobody(absl::StrCat("the tenant '", context.tenant, "'"));
  return Target{context.tenant, *method.route, ShardOf(key, shards)};
}

bool Router::KnowsAnotherOwner(const Target& target) {
  std::optional<Endpoint> owner = directory_.Owner(target.tenant, target.kind, target.shard);
  return owner && owner->process_id != target.last_owner;
}

absl::Status Router::MayGoOn(const Context& context, int attempt, const absl::Status& last) const {
  if (context.cancelled()) return absl::CancelledError("the caller has gone");
  if (context.Remaining(local_.clock()) <= options_.retry_pause) {
    return absl::DeadlineExceededError(absl::StrCat("no time to try again: ", last.message()));
  }
  return attempt < options_.max_attempts ? absl::OkStatus() : last;
}

// Returns as soon as another owner is known, else when Refresh does, but not at once.
Task<absl::Status> Router::AwaitNews(Target& target) {
  absl::Cleanup leave = [this] { --waiting_; };
  if (++waiting_ > options_.max_waiting) co_return Nobody("so many waiting calls");
  const int64_t began = local_.clock().BootNanos();
  co_await directory_.Refresh(target.tenant, target.kind, target.shard);
  const absl::Duration waited = absl::Nanoseconds(local_.clock().BootNanos() - began);
  if (!KnowsAnotherOwner(target) && waited < options_.retry_pause) co_await Pause(options_.retry_pause - waited);
  co_return absl::OkStatus();
}

}  // namespace plexus::rpc
