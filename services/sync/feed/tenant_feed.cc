#include "services/sync/feed/tenant_feed.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <limits>
#include <utility>

#include "common/base/random.h"
#include "common/base/shielded.h"
#include "common/base/status_macros.h"
#include "common/bus/log_batch.h"
#include "common/matrix/event_types.h"
#include "common/platform/log.h"
#include "common/storage/readers/members.h"
#include "common/storage/readers/sync_log.h"
#include "common/storage/readers/user_log.h"
#include "services/sync/feed/log_reading.h"
#include "services/sync/storage/delta_loader.h"

namespace plexus::sync {
namespace asio = boost::asio;
using matrix::StreamToken;

namespace {

constexpr auto kStopPoll = std::chrono::milliseconds(2);

std::string_view KindName(bool room) {
  return platform::TenantData::LogKind(room ? rpc::ShardKind::kRoom : rpc::ShardKind::kUser);
}

// What is to be known of a user before the logs are followed for it.
struct StoredUser {
  std::vector<storage::StoredMembership> memberships;
  std::vector<storage::StoredAccountData> ignored;  // m.ignored_user_list, if there is one
};

absl::StatusOr<StoredUser> ReadUser(storage::Session& session, const std::string& user_id) {
  StoredUser user;
  PLEXUS_ASSIGN_OR_RETURN(user.memberships, storage::MembershipsOf(session, user_id));
  storage::AccountDataSelection selection;
  selection.after = selection.upto = std::numeric_limits<int64_t>::max();
  selection.always = {std::string(matrix::kIgnoredUserList)};
  PLEXUS_ASSIGN_OR_RETURN(user.ignored, storage::AccountDataOf(session, user_id, selection));
  return user;
}

}  // namespace

Task<absl::StatusOr<std::shared_ptr<TenantFeed>>> TenantFeed::Start(std::string server_name,
                                                                    std::shared_ptr<platform::TenantData> data,
                                                                    Executor executor, FeedOptions options) {
  auto read = [](storage::Session& session) { return storage::ReadSyncHeads(session); };
  storage::SchemaName schema = data->schema();
  PLEXUS_CO_ASSIGN_OR_RETURN(storage::SyncHeads heads, co_await data->database().Run(std::move(schema), read));
  std::shared_ptr<TenantFeed> feed(new TenantFeed(std::move(server_name), std::move(data), std::move(executor),
                                                  std::move(options), TokenTimeline(heads.timeline), heads.room,
                                                  heads.user));
  feed->Follow(heads.room, heads.user);
  co_return feed;
}

TenantFeed::TenantFeed(std::string server_name, std::shared_ptr<platform::TenantData> data, Executor executor,
                       FeedOptions options, uint32_t timeline, const std::vector<int64_t>& room_heads,
                       const std::vector<int64_t>& user_heads)
    : server_name_(std::move(server_name)),
      data_(std::move(data)),
      executor_(std::move(executor)),
      options_(std::move(options)),
      timeline_(timeline),
      recent_(room_heads, user_heads, options_.recent_bytes),
      index_(options_.max_memberships),
      typing_(static_cast<uint32_t>(RandomId()) | 1u) {}

TenantFeed::~TenantFeed() = default;

// Callbacks hold the feed weakly: its owner decides when it ends.
void TenantFeed::Follow(const std::vector<int64_t>& room_heads, const std::vector<int64_t>& user_heads) {
  for (size_t i = 0; i < room_heads.size(); ++i) FollowShard(true, static_cast<int>(i), room_heads[i]);
  for (size_t i = 0; i < user_heads.size(); ++i) FollowShard(false, static_cast<int>(i), user_heads[i]);
  for (size_t i = 0; i < room_heads.size(); ++i) {
    auto on_typing = [weak = weak_from_this()](bus::Payload payload) {
      if (auto feed = weak.lock()) feed->OnTyping(*payload);
    };
    subscriptions_.push_back(
        data_->bus().Subscribe(data_->TypingChannel(static_cast<int>(i)), executor_, std::move(on_typing)));
  }
}

void TenantFeed::FollowShard(bool room, int shard, int64_t head) {
  bus::LogFollowerOptions options;
  options.fresh = options_.bus_is_fresh;
  auto on_batch = [weak = weak_from_this(), room, shard](const bus::Batch& batch) {
    auto feed = weak.lock();
    if (feed == nullptr) return;
    room ? feed->OnRoomBatch(shard, batch) : feed->OnUserBatch(shard, batch);
  };
  auto follower = std::make_unique<bus::LogFollower>(
      executor_, options, ReadRangeOf(data_, room ? rpc::ShardKind::kRoom : rpc::ShardKind::kUser, shard),
      std::move(on_batch));
  subscriptions_.push_back(
      bus::FollowLog(data_->bus(), executor_, server_name_, KindName(room), static_cast<uint32_t>(shard), *follower));
  follower->Start(static_cast<uint64_t>(head));
  (room ? room_followers_ : user_followers_).push_back(std::move(follower));
}

Task<void> TenantFeed::Stop() {
  auto self = shared_from_this();
  {
    absl::MutexLock lock(&mutex_);
    stopped_ = true;
    index_.ForEach([&](TrackedUser& user) { WakeUser(user); });
  }
  subscriptions_.clear();
  for (auto& follower : room_followers_) co_await follower->Stop();
  for (auto& follower : user_followers_) co_await follower->Stop();
  asio::steady_timer timer(co_await asio::this_coro::executor);
  for (;;) {
    {
      absl::MutexLock lock(&mutex_);
      if (running_ == 0) break;
    }
    timer.expires_after(kStopPoll);
    co_await timer.async_wait(asio::use_awaitable);
  }
}

bool TenantFeed::stopped() const {
  absl::MutexLock lock(&mutex_);
  return stopped_;
}

void TenantFeed::Measure(platform::Samples& samples) const {
  for (bool room : {true, false}) {
    uint64_t lag = 0;
    for (const auto& follower : room ? room_followers_ : user_followers_) lag += follower->lag();
    samples.Add(platform::metric::kReaderLag, static_cast<double>(lag), {KindName(room)});
  }
  absl::MutexLock lock(&mutex_);
  samples.Add(platform::metric::kCacheBytes, static_cast<double>(recent_.bytes()), {"recent_log"});
}

void TenantFeed::Hint(bool room, uint32_t shard, uint64_t head) {
  auto& followers = room ? room_followers_ : user_followers_;
  if (shard < followers.size()) followers[shard]->HeadsHint(head);
}

Task<bool> TenantFeed::Reach(StreamToken token, absl::Duration timeout) {
  const auto deadline = std::chrono::steady_clock::now() + absl::ToChronoNanoseconds(timeout);
  for (bool room : {true, false}) {
    auto& followers = room ? room_followers_ : user_followers_;
    const std::vector<int64_t>& positions = room ? token.room : token.user;
    if (positions.size() != followers.size()) co_return false;
    for (size_t i = 0; i < followers.size(); ++i) {
      const auto position = static_cast<uint64_t>(positions[i]);
      if (followers[i]->head() >= position) continue;
      followers[i]->HeadsHint(position);
      const bool reached = co_await followers[i]->WaitUntil(position, deadline);
      if (!reached) co_return false;
    }
  }
  co_return true;
}

Task<absl::Status> TenantFeed::Track(std::string user_id) {
  {
    absl::MutexLock lock(&mutex_);
    TrackedUser* user = index_.Find(user_id);
    if (user != nullptr && user->loaded) co_return absl::OkStatus();
    index_.Add(user_id);
  }
  auto read = [user_id](storage::Session& session) { return ReadUser(session, user_id); };
  storage::SchemaName schema = data_->schema();
  PLEXUS_CO_ASSIGN_OR_RETURN(StoredUser stored, co_await data_->database().Run(std::move(schema), std::move(read)));
  absl::MutexLock lock(&mutex_);
  if (TrackedUser* user = index_.Find(user_id)) {
    for (const auto& entry : stored.ignored) user->SetIgnoredUsers(entry.json, entry.position);
    index_.Load(*user, stored.memberships);
  }
  co_return absl::OkStatus();
}

void TenantFeed::OnRoomBatch(int shard, const bus::Batch& batch) {
  common::v1::RoomLogBatch entries;
  if (batch.payload != nullptr && !entries.ParseFromString(*batch.payload)) {
    platform::LogError("a room log batch cannot be read", {{"tenant", server_name_}, {"shard", shard}});
  }
  std::vector<RoomLogItemPtr> items;
  for (const common::v1::RoomLogEntry& entry : entries.entries()) {
    if (RoomLogItemPtr item = ItemOf(entry)) items.push_back(std::move(item));
  }
  absl::MutexLock lock(&mutex_);
  // The head first: whoever is woken finds it.
  recent_.room(static_cast<size_t>(shard)).Advance(static_cast<int64_t>(batch.last));
  for (RoomLogItemPtr& item : items) {
    const RoomLogItem& added = *item;
    RoomLogItemPtr keep = item;
    recent_.Append(shard, std::move(item));
    OnRoomItem(added);
  }
}

void TenantFeed::OnUserBatch(int shard, const bus::Batch& batch) {
  common::v1::UserLogBatch entries;
  if (batch.payload != nullptr && !entries.ParseFromString(*batch.payload)) {
    platform::LogError("a user log batch cannot be read", {{"tenant", server_name_}, {"shard", shard}});
  }
  std::vector<UserLogItemPtr> items;
  for (const common::v1::UserLogEntry& entry : entries.entries()) {
    if (UserLogItemPtr item = ItemOf(entry)) items.push_back(std::move(item));
  }
  absl::MutexLock lock(&mutex_);
  recent_.user(static_cast<size_t>(shard)).Advance(static_cast<int64_t>(batch.last));
  for (const UserLogItemPtr& item : items) {
    recent_.Append(shard, item);
    OnUserItem(*item);
  }
}

void TenantFeed::OnTyping(const std::string& payload) {
  common::v1::TypingUpdate update;
  if (!update.ParseFromString(payload)) return;
  absl::MutexLock lock(&mutex_);
  if (!typing_.Apply(update)) return;
  const TrackedRoom* room = index_.Room(update.room_id());
  if (room == nullptr) return;
  for (TrackedUser* user : room->joined) WakeUser(*user);
}

void TenantFeed::OnRoomItem(const RoomLogItem& item) {
  if (!item.forgotten_by.empty()) return;
  if (item.event != nullptr && item.event->IsMember()) {
    const std::string& user_id = *item.event->state_key;
    const bool joined = MembershipIn(item.event->pdu) == matrix::Membership::kJoin;
    index_.Apply(user_id, item.room_id, joined, item.position);
    if (TrackedUser* user = index_.Find(user_id)) WakeUser(*user);
  }
  const TrackedRoom* room = index_.Room(item.room_id);
  if (room == nullptr) return;
  const bool is_private = item.receipt != nullptr && item.receipt->receipt_type == "m.read.private";
  for (TrackedUser* user : room->joined) {
    if (!is_private || user->user_id == item.receipt->user_id) WakeUser(*user);
  }
}

void TenantFeed::OnUserItem(const UserLogItem& item) {
  TrackedUser* user = index_.Find(item.user_id);
  if (user != nullptr) WakeUser(*user);
  if (item.account_data != nullptr) {
    const bool ignored = item.account_data->room_id.empty() && item.account_data->type == matrix::kIgnoredUserList;
    if (ignored && user != nullptr) user->SetIgnoredUsers(item.account_data->json, item.position);
    return;
  }
  if (user != nullptr && user->loaded) return WakeSharers(item.user_id);
  if (stopped_) return;
  ++running_;
  // Posted: on its own executor co_spawn would begin at once, under our lock.
  asio::post(executor_, [self = shared_from_this(), user_id = item.user_id] {
    asio::co_spawn(self->executor_, TrackThenWake(self, user_id), asio::detached);
  });
}

// Nobody here knew the user whose devices changed: whom that concerns is asked once.
Task<void> TenantFeed::TrackThenWake(std::shared_ptr<TenantFeed> self, std::string user_id) {
  (co_await Shielded("background.track_user", self->Track(user_id))).IgnoreError();
  absl::MutexLock lock(&self->mutex_);
  self->WakeSharers(user_id);
  --self->running_;
}

void TenantFeed::WakeUser(TrackedUser& user) {
  for (const std::shared_ptr<Waiter>& waiter : user.waiters) waiter->reply->Set(true);
  user.waiters.clear();
}

// If the user could not be looked up, everybody.
void TenantFeed::WakeSharers(const std::string& user_id) {
  TrackedUser* changed = index_.Find(user_id);
  if (changed == nullptr || !changed->loaded) {
    index_.ForEach([&](TrackedUser& user) { WakeUser(user); });
    return;
  }
  for (const auto& [room, place] : changed->rooms) {
    if (!place.joined) continue;
    for (TrackedUser* user : room->joined) WakeUser(*user);
  }
}

bool TenantFeed::Matters(const TrackedUser& user, const RoomLogItem& item) const {
  if (item.event != nullptr && item.event->IsMemberOf(user.user_id)) return true;
  if (!item.forgotten_by.empty()) return false;
  if (item.receipt != nullptr && item.receipt->receipt_type == "m.read.private" &&
      item.receipt->user_id != user.user_id) {
    return false;
  }
  const TrackedRoom* room = index_.Room(item.room_id);
  return room != nullptr && JoinedIndex::IsJoined(user, *room);
}

bool TenantFeed::MayShare(const TrackedUser& user, const std::string& other) {
  if (user.user_id == other) return true;
  TrackedUser* found = index_.Find(other);
  return found == nullptr || !found->loaded || JoinedIndex::Share(user, *found);
}

News TenantFeed::CollectLocked(TrackedUser* user, const StreamToken& since) {
  News news;
  news.upto = since;
  news.upto.timeline = timeline_;
  news.covered = user != nullptr && user->loaded && since.timeline == timeline_ &&
                 since.room.size() == recent_.rooms().size() && since.user.size() == recent_.users().size();
  if (!news.covered) return news;
  for (size_t i = 0; i < since.room.size(); ++i) {
    const ShardLog<RoomLogItem>& log = recent_.rooms()[i];
    news.covered &= since.room[i] >= log.start();
    news.upto.room[i] = std::max(since.room[i], log.head());
    if (!news.covered) return news;
    for (auto it = log.After(since.room[i]); it != log.end(); ++it) {
      if (!Matters(*user, **it)) continue;
      news.has_redacted |= (*it)->event != nullptr && recent_.IsRedacted((*it)->event->event_id);
      news.room_items.push_back(*it);
    }
  }
  for (size_t i = 0; i < since.user.size(); ++i) {
    const ShardLog<UserLogItem>& log = recent_.users()[i];
    news.covered &= since.user[i] >= log.start();
    news.upto.user[i] = std::max(since.user[i], log.head());
    if (!news.covered) return news;
    for (auto it = log.After(since.user[i]); it != log.end(); ++it) {
      const UserLogItem& item = **it;
      if (item.account_data == nullptr && MayShare(*user, item.user_id)) news.changed_devices.push_back(item.user_id);
      if (item.account_data != nullptr && item.user_id == user->user_id) news.own_items.push_back(*it);
    }
  }
  typing_.ForEachSince(since, [&](const std::string& room_id, const TypingRooms::Room& typing) {
    const TrackedRoom* room = index_.Room(room_id);
    if (room != nullptr && JoinedIndex::IsJoined(*user, *room)) news.typing[room_id] = typing.user_ids;
  });
  typing_.Stamp(news.upto);
  news.ignored_users = user->ignored_users;
  return news;
}

News TenantFeed::Collect(const std::string& user_id, const StreamToken& since) {
  absl::MutexLock lock(&mutex_);
  return CollectLocked(index_.Find(user_id), since);
}

std::map<std::string, std::vector<std::string>> TenantFeed::Typing(const std::string& user_id, StreamToken& token) {
  std::map<std::string, std::vector<std::string>> news;
  absl::MutexLock lock(&mutex_);
  TrackedUser* user = index_.Find(user_id);
  if (user == nullptr) return news;
  typing_.ForEachSince(token, [&](const std::string& room_id, const TypingRooms::Room& typing) {
    const TrackedRoom* room = index_.Room(room_id);
    if (room != nullptr && JoinedIndex::IsJoined(*user, *room)) news[room_id] = typing.user_ids;
  });
  typing_.Stamp(token);
  return news;
}

// Takes the waiter out again, however the wait ends.
struct TenantFeed::Waiting {
  TenantFeed& feed;
  std::string user_id;
  std::shared_ptr<Waiter> waiter;

  ~Waiting() {
    absl::MutexLock lock(&feed.mutex_);
    if (TrackedUser* user = feed.index_.Find(user_id)) std::erase(user->waiters, waiter);
  }
};

Task<void> TenantFeed::Wait(std::string user_id, StreamToken since, absl::Duration timeout,
                            std::shared_ptr<Cancellation> cancellation) {
  auto self = shared_from_this();
  auto executor = co_await asio::this_coro::executor;
  auto waiter = std::make_shared<Waiter>();
  waiter->reply = std::make_shared<rpc::Reply<bool>>(executor);
  {
    absl::MutexLock lock(&mutex_);
    TrackedUser* user = index_.Find(user_id);
    if (stopped_ || !CollectLocked(user, since).empty()) co_return;
    user->waiters.push_back(waiter);
  }
  Waiting waiting{*this, std::move(user_id), waiter};
  Cancellation::Registration registration;
  if (cancellation != nullptr) registration = cancellation->OnCancel([reply = waiter->reply] { reply->Set(false); });
  auto reply = waiter->reply;
  co_await reply->Wait(timeout);
}

}  // namespace plexus::sync
