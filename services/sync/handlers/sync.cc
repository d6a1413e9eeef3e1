#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "common/base/matrix_error.h"
#include "common/base/status_macros.h"
#include "common/matrix/event_types.h"
#include "common/rpc/call.h"
#include "common/storage/readers/sync_log.h"
#include "plexus/account/v1/account_service.rpc.h"
#include "services/sync/domain/render.h"
#include "services/sync/feed/memory_delta.h"
#include "services/sync/handlers/handlers.h"
#include "services/sync/storage/delta_loader.h"

namespace plexus::sync {
namespace {

using matrix::StreamToken;

constexpr absl::Duration kLongestPoll = absl::Minutes(5);
// What is left of a request's deadline for answering.
constexpr absl::Duration kAnswerMargin = absl::Milliseconds(300);
// How long the logs may take to catch up with a client that has seen more of them.
constexpr absl::Duration kCatchUp = absl::Milliseconds(500);

// One request while it is being answered.
struct Poll {
  std::shared_ptr<SyncTenant> tenant;
  const rpc::Context& context;
  const v1::SyncRequest& request;
  LoadRequest load;
  std::shared_ptr<LazyMembers> lazy_members;  // null: not asked for
  bool answer_now = false;                    // even if there is nothing to tell
  int64_t until_nanos = 0;                    // Clock::BootNanos

  absl::Duration remaining() const { return absl::Nanoseconds(until_nanos - tenant->env().clock->BootNanos()); }
};

Task<absl::StatusOr<FilterPtr>> StoredFilter(SyncTenant& tenant, const rpc::Context& context,
                                             const v1::SyncRequest& request) {
  if (FilterPtr known = tenant.filters().Find(request.user_id(), request.filter())) co_return known;
  account::v1::GetFilterRequest wanted;
  wanted.set_user_id(request.user_id());
  *wanted.mutable_requester() = request.requester();
  wanted.set_filter_id(request.filter());
  auto found =
      co_await rpc::Call(*tenant.env().rpc, context, account::v1::AccountService::GetFilter, std::move(wanted));
  if (!found.ok()) {
    std::optional<MatrixError> error = CarriedMatrixError(found.status());
    if (error && error->http_status == 404) co_return errors::InvalidParam("'filter' names no filter of this user");
    co_return std::move(found).status();
  }
  PLEXUS_CO_ASSIGN_OR_RETURN(FilterPtr filter, ParseFilterText(found->body_json()));
  tenant.filters().Store(request.user_id(), request.filter(), filter);
  co_return filter;
}

Task<absl::StatusOr<FilterPtr>> FindFilter(SyncTenant& tenant, const rpc::Context& context,
                                           const v1::SyncRequest& request) {
  if (request.filter().empty()) co_return std::make_shared<const matrix::Filter>();
  if (absl::StartsWith(request.filter(), "{")) co_return ParseFilterText(request.filter());
  co_return co_await StoredFilter(tenant, context, request);
}

// Errors: 400 M_INVALID_PARAM.
absl::Status ReadRequest(Poll& poll) {
  const v1::SyncRequest& request = poll.request;
  if (request.timeout() < 0) return errors::InvalidParam("'timeout' must not be negative");
  if (!request.since().empty()) {
    PLEXUS_ASSIGN_OR_RETURN(poll.load.since, matrix::ParseStreamToken(request.since()));
  }
  poll.load.user_id = request.user_id();
  poll.load.device_id = request.requester().device_id();
  poll.load.full_state = request.full_state();
  poll.load.state_after = request.use_state_after();
  poll.answer_now = !poll.load.since || poll.load.full_state;
  const Clock& clock = *poll.tenant->env().clock;
  absl::Duration timeout = std::min(absl::Milliseconds(request.timeout()), kLongestPoll);
  timeout = std::min(timeout, poll.context.Remaining(clock) - kAnswerMargin);
  poll.until_nanos = clock.BootNanos() + absl::ToInt64Nanoseconds(timeout);
  return absl::OkStatus();
}

void BeginLazyLoading(Poll& poll) {
  if (poll.load.filter->room.state.lazy_load_members) {
    poll.lazy_members = poll.tenant->lazy_members().Find(poll.load.user_id, poll.load.device_id);
    poll.load.known_members = poll.lazy_members->Begin(poll.request.since());
  } else {
    poll.load.known_members = LazyMembers().Begin("");
  }
}

void AddTyping(const matrix::Filter& filter, std::map<std::string, std::vector<std::string>> typing, SyncDelta& delta) {
  for (auto& [room_id, user_ids] : typing) {
    if (!matrix::MatchesRoom(filter.room, room_id) || !matrix::MatchesRoom(filter.room.ephemeral, room_id)) continue;
    if (!matrix::Matches(filter.room.ephemeral, matrix::kTyping, "")) continue;
    auto room = std::find_if(delta.rooms.begin(), delta.rooms.end(),
                             [&](const RoomDelta& candidate) { return candidate.room_id == room_id; });
    if (room == delta.rooms.end()) {
      room = delta.rooms.emplace(delta.rooms.end());
      room->room_id = room_id;
    }
    if (room->section == Section::kJoin) room->typing = std::move(user_ids);
  }
}

// From Postgres.
Task<absl::StatusOr<SyncDelta>> LoadCold(Poll& poll, std::shared_ptr<TenantFeed> feed) {
  auto load = [request = poll.load](storage::Session& session) { return LoadDelta(session, request); };
  storage::SchemaName schema = poll.tenant->data().schema();
  absl::StatusOr<SyncDelta> delta = co_await poll.tenant->data().database().Run(std::move(schema), std::move(load));
  if (!delta.ok()) co_return delta;
  auto typing = feed->Typing(poll.load.user_id, delta->next);
  AddTyping(*poll.load.filter, std::move(typing), *delta);
  if (delta->next.timeline != feed->timeline()) co_await poll.tenant->Discard(feed);
  co_return delta;
}

// Where the logs end just now: what a client that does not wait may expect to be told.
Task<absl::StatusOr<StreamToken>> ReadHeads(Poll& poll) {
  auto read = [](storage::Session& session) { return storage::ReadSyncHeads(session); };
  storage::SchemaName schema = poll.tenant->data().schema();
  PLEXUS_CO_ASSIGN_OR_RETURN(storage::SyncHeads heads,
                             co_await poll.tenant->data().database().Run(std::move(schema), read));
  StreamToken token;
  token.room = std::move(heads.room);
  token.user = std::move(heads.user);
  co_return token;
}

// Whether memory is as far as the client, and as everybody if the client does not wait for news.
Task<absl::StatusOr<bool>> CatchUp(Poll& poll, std::shared_ptr<TenantFeed> feed) {
  const bool reached = co_await feed->Reach(*poll.load.since, kCatchUp);
  if (!reached || poll.request.timeout() > 0) co_return reached;
  PLEXUS_CO_ASSIGN_OR_RETURN(StreamToken heads, co_await ReadHeads(poll));
  co_return co_await feed->Reach(std::move(heads), kCatchUp);
}

// What is new, from memory if that is possible.
Task<absl::StatusOr<SyncDelta>> LoadNews(Poll& poll, std::shared_ptr<TenantFeed> feed) {
  PLEXUS_CO_RETURN_IF_ERROR(co_await feed->Track(poll.load.user_id));
  if (poll.answer_now) co_return co_await LoadCold(poll, std::move(feed));
  PLEXUS_CO_ASSIGN_OR_RETURN(const bool reached, co_await CatchUp(poll, feed));
  News news = feed->Collect(poll.load.user_id, *poll.load.since);
  std::optional<SyncDelta> delta;
  if (reached) delta = DeltaFromMemory(news, poll.load);
  if (!delta) co_return co_await LoadCold(poll, std::move(feed));
  AddTyping(*poll.load.filter, std::move(news.typing), *delta);
  co_return *std::move(delta);
}

v1::SyncResponse Answer(Poll& poll, const SyncDelta& delta) {
  if (poll.lazy_members != nullptr) {
    poll.lazy_members->Commit(poll.request.since(), matrix::EncodeStreamToken(delta.next), delta.members_sent);
  }
  RenderOptions options;
  options.user_id = poll.load.user_id;
  options.device_id = poll.load.device_id;
  options.filter = poll.load.filter.get();
  options.state_after = poll.load.state_after;
  options.now_ms = poll.tenant->env().clock->NowMillis();
  v1::SyncResponse response;
  response.set_body_json(RenderSync(delta, options));
  return response;
}

}  // namespace

Task<absl::StatusOr<v1::SyncResponse>> Sync(std::shared_ptr<SyncTenant> tenant, const rpc::Context& context,
                                            const v1::SyncRequest& request) {
  Poll poll{tenant, context, request};
  PLEXUS_CO_RETURN_IF_ERROR(ReadRequest(poll));
  PLEXUS_CO_ASSIGN_OR_RETURN(poll.load.filter, co_await FindFilter(*tenant, context, request));
  BeginLazyLoading(poll);
  for (;;) {
    PLEXUS_CO_ASSIGN_OR_RETURN(std::shared_ptr<TenantFeed> feed, co_await tenant->Feed());
    PLEXUS_CO_ASSIGN_OR_RETURN(SyncDelta delta, co_await LoadNews(poll, feed));
    const absl::Duration remaining = poll.remaining();
    const bool over = remaining <= absl::ZeroDuration() || context.cancelled() || feed->stopped();
    if (poll.answer_now || over || !delta.empty()) co_return Answer(poll, delta);
    poll.load.since = delta.next;
    co_await feed->Wait(poll.load.user_id, std::move(delta.next), remaining, context.cancellation);
  }
}

}  // namespace plexus::sync
