#include "common/rpc/router.h"

#include <google/protobuf/message.h>

#include <algorithm>
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

// Rendezvous hashing: when a copy comes or goes, only the keys that it gets or had move.
const Endpoint& HighestRandomWeight(const std::vector<Endpoint>& copies, std::string_view key) {
  return *std::max_element(copies.begin(), copies.end(), [&](const Endpoint& a, const Endpoint& b) {
    return StableHash(absl::StrCat(a.process_id, "/", key)) < StableHash(absl::StrCat(b.process_id, "/", key));
  });
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
  Endpoint to = PickCopy(method, *request);
  return Send(std::move(to), std::move(context), method, std::move(request));
}

Endpoint Router::PickCopy(const MethodInfo& method, const Message& request) {
  const Endpoint here{.process_id = "", .address = "", .local = true};
  const bool served_here = local_.Serves(method);
  if (served_here && !method.affinity) return here;
  std::vector<Endpoint> copies = directory_.Copies(method.role);
  if (!served_here) std::erase_if(copies, [](const Endpoint& copy) { return copy.local; });
  if (copies.empty()) return served_here ? here : Endpoint();
  if (!method.affinity) return outstanding_.LessBusy(copies);
  const absl::StatusOr<std::string> key = RoutingKey(method, request);
  return key.ok() ? HighestRandomWeight(copies, *key) : outstanding_.LessBusy(copies);
}

Task<AnyResponse> Router::CallOwner(Context context, const MethodInfo& method, std::shared_ptr<const Message> request) {
  PLEXUS_CO_ASSIGN_OR_RETURN(Target target, TargetOf(context, method, *request));
  bool redirected = false;  // by the previous attempt
  for (int attempt = 1;; ++attempt) {
    AnyResponse response = co_await TryOwner(target, context, method, request);
    if (response.ok() || !MayRepeat(method, response.status())) co_return response;
    PLEXUS_CO_RETURN_IF_ERROR(MayGoOn(context, attempt, response.status()));
    if (std::optional<WrongOwner> wrong = GetWrongOwner(response.status())) directory_.Learn(target.tenant, *wrong);
    const std::string now = OwnerOf(target);
    redirected = !redirected && !now.empty() && now != target.last_owner;
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

std::string Router::OwnerOf(const Target& target) {
  std::optional<Endpoint> owner = directory_.Owner(target.tenant, target.kind, target.shard);
  return owner ? owner->process_id : "";
}

absl::Status Router::MayGoOn(const Context& context, int attempt, const absl::Status& last) const {
  if (context.cancelled()) return absl::CancelledError("the caller has gone");
  if (context.Remaining(local_.clock()) <= options_.retry_pause) {
    return absl::DeadlineExceededError(absl::StrCat("no time to try again: ", last.message()));
  }
  return attempt < options_.max_attempts ? absl::OkStatus() : last;
}

// Returns when Refresh does; not at once unless it brought another owner.
Task<absl::Status> Router::AwaitNews(const Target& target) {
  absl::Cleanup leave = [this] { --waiting_; };
  if (++waiting_ > options_.max_waiting) co_return Nobody("so many waiting calls");
  const std::string before = OwnerOf(target);
  const int64_t began = local_.clock().BootNanos();
  co_await directory_.Refresh(target.tenant, target.kind, target.shard);
  const absl::Duration waited = absl::Nanoseconds(local_.clock().BootNanos() - began);
  if (OwnerOf(target) == before && waited < options_.retry_pause) co_await Pause(options_.retry_pause - waited);
  co_return absl::OkStatus();
}

}  // namespace plexus::rpc
