#include "services/account/jobs/profile_spreader.h"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <optional>
#include <utility>

#include "common/base/matrix_error.h"
#include "common/base/status_macros.h"
#include "common/json/canonical.h"
#include "common/matrix/event_types.h"
#include "common/platform/log.h"
#include "common/rpc/call.h"
#include "plexus/event_persister/v1/event_persister_service.rpc.h"
#include "services/account/domain/member_content.h"
#include "services/account/storage/profiles.h"

namespace plexus::account {
namespace {

// Whether the room has said no, as opposed to nobody having answered.
bool IsRefusal(const absl::Status& status) {
  std::optional<MatrixError> error = CarriedMatrixError(status);
  return error && error->http_status < 500 && error->http_status != 429;
}

}  // namespace

ProfileSpreader::ProfileSpreader(std::string server_name, std::shared_ptr<platform::TenantData> data,
                                 std::shared_ptr<UserShards> shards, rpc::Channel& rpc, const Clock& clock)
    : PeriodicJob(data->ShardExecutor(platform::ShardKind::kUser, 0), kInterval),
      server_name_(std::move(server_name)),
      data_(std::move(data)),
      shards_(std::move(shards)),
      rpc_(rpc),
      clock_(clock) {}

Task<bool> ProfileSpreader::RunOnce() {
  using boost::asio::experimental::awaitable_operators::operator&&;
  const std::vector<int> held = shards_->Held();
  if (held.empty()) co_return false;
  auto read = [held](storage::Session& session) { return UsersWithProfileJob(session, held, kUsersAtOnce); };
  absl::StatusOr<std::vector<std::string>> found = co_await data_->database().Run(data_->schema(), std::move(read));
  if (!found.ok()) co_return true;
  if (found->empty()) co_return false;
  auto users = std::make_shared<std::vector<std::string>>(*std::move(found));
  co_await (WorkOff(users) && WorkOff(users) && WorkOff(users) && WorkOff(users));
  co_return true;
}

Task<void> ProfileSpreader::WorkOff(std::shared_ptr<std::vector<std::string>> users) {
  while (!users->empty() && !stopping()) {
    std::string user_id = std::move(users->back());
    users->pop_back();
    absl::Status spread = co_await Spread(user_id);
    if (!spread.ok()) {
      platform::LogWarn("a profile is not yet in all rooms", {{"user", user_id}, {"error", spread.message()}});
    }
  }
}

Task<absl::Status> ProfileSpreader::Spread(std::string user_id) {
  const int shard = shards_->ShardOf(user_id);
  while (!stopping() && shards_->Holds(shard)) {
    PLEXUS_CO_ASSIGN_OR_RETURN(bool done, co_await SpreadSome(user_id));
    if (done) break;
  }
  co_return absl::OkStatus();
}

Task<absl::StatusOr<bool>> ProfileSpreader::SpreadSome(std::string user_id) {
  struct Todo {
    std::optional<ProfileJob> job;
    std::optional<Profile> profile;
    std::vector<JoinedRoom> rooms;
  };
  auto read = [user_id](storage::Session& session) -> absl::StatusOr<Todo> {
    Todo todo;
    PLEXUS_ASSIGN_OR_RETURN(todo.job, FindProfileJob(session, user_id));
    if (!todo.job) return todo;
    PLEXUS_ASSIGN_OR_RETURN(todo.profile, FindProfile(session, user_id));
    PLEXUS_ASSIGN_OR_RETURN(todo.rooms, JoinedRoomsAfter(session, user_id, todo.job->last_room, kRoomsAtOnce));
    return todo;
  };
  PLEXUS_CO_ASSIGN_OR_RETURN(Todo todo, co_await data_->database().Run(data_->schema(), std::move(read)));
  if (!todo.job) co_return true;
  std::string last_room;
  for (const JoinedRoom& room : todo.rooms) {
    if (!todo.profile || stopping()) break;
    absl::Status sent = co_await SendMemberEvent(user_id, room, *todo.profile);
    if (!sent.ok() && !IsRefusal(sent)) co_return sent;
    last_room = room.room_id;
  }
  if (stopping()) co_return true;
  absl::Status noted = co_await Note(*std::move(todo.job), std::move(last_room));
  if (!noted.ok()) co_return noted;
  co_return false;
}

Task<absl::Status> ProfileSpreader::SendMemberEvent(std::string user_id, JoinedRoom room, const Profile& profile) {
  PLEXUS_CO_ASSIGN_OR_RETURN(std::optional<json::Object> content,
                             MemberContentWithProfile(room.member_event_json, profile));
  if (!content) co_return absl::OkStatus();
  event_persister::v1::SendEventRequest send;
  send.set_room_id(room.room_id);
  send.mutable_requester()->set_user_id(user_id);
  send.set_type(std::string(matrix::kRoomMember));
  send.set_state_key(user_id);
  send.set_body_json(json::Serialize(*content));
  send.set_skip_if_unchanged(true);
  absl::StatusOr<event_persister::v1::SendEventResponse> sent =
      co_await rpc::Call(rpc_, NewContext(), event_persister::v1::EventPersisterService::SendEvent, std::move(send));
  co_return sent.status();
}

// Without a last room there are none left: the job is finished.
Task<absl::Status> ProfileSpreader::Note(ProfileJob job, std::string last_room) {
  const std::string user_id = job.user_id;
  auto note = [job, last_room](storage::Transaction& transaction, UserLog&) -> absl::StatusOr<bool> {
    PLEXUS_RETURN_IF_ERROR(last_room.empty() ? FinishProfileJob(transaction, job)
                                             : AdvanceProfileJob(transaction, job, last_room));
    return true;
  };
  absl::StatusOr<bool> noted =
      co_await UserShards::Write(shards_, NewContext(), user_id, /*entries=*/0, std::move(note));
  co_return noted.status();
}

rpc::Context ProfileSpreader::NewContext() const {
  rpc::Context context;
  context.tenant = server_name_;
  context.caller = "account/profile_spreader";
  context.cancellation = cancellation();
  return context.WithTimeout(clock_, kSendTimeout);
}

}  // namespace plexus::account
