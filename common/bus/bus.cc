#include "common/bus/bus.h"

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "common/base/random.h"
#include "common/bus/bus_core.h"

namespace plexus::bus {
namespace asio = boost::asio;

namespace {

constexpr size_t kInstanceIdLength = 16;

}  // namespace

Subscription::Subscription(std::shared_ptr<Switchboard> switchboard, std::shared_ptr<Subscriber> subscriber)
    : switchboard_(std::move(switchboard)), subscriber_(std::move(subscriber)) {}

Subscription& Subscription::operator=(Subscription&& other) noexcept {
  std::swap(switchboard_, other.switchboard_);
  std::swap(subscriber_, other.subscriber_);
  Subscription ended = std::move(other);
  return *this;
}

Subscription::~Subscription() {
  if (subscriber_ == nullptr) return;
  subscriber_->Close();
  switchboard_->Remove(subscriber_);
}

BusCore::BusCore(BusConfig bus_config, Executor bus_strand)
    : config(std::move(bus_config)),
      strand(std::move(bus_strand)),
      instance_id(RandomAlphanumeric(kInstanceIdLength)),
      stats(std::make_shared<BusStats>()),
      commands(std::make_shared<CommandLink>(config, strand, stats)),
      switchboard(std::make_shared<Switchboard>(config, strand, instance_id, stats)) {}

Task<void> BusCore::StopOnStrand(std::shared_ptr<BusCore> core) {
  co_await core->switchboard->Stop();
  co_await core->commands->Stop();
}

void BusCore::Publish(std::string_view channel, std::string payload) {
  std::string name = config.prefix + std::string(channel);
  std::string message = Tagged(payload);
  switchboard->DeliverLocal(channel, std::make_shared<const std::string>(std::move(payload)));
  Count(commands->Queue(std::array<std::string_view, 3>{"PUBLISH", name, message}, nullptr));
}

Task<bool> BusCore::PublishConfirmed(std::string channel, std::string payload, std::chrono::milliseconds timeout) {
  std::vector<std::string> command{"PUBLISH", config.prefix + channel, Tagged(payload)};
  switchboard->DeliverLocal(channel, std::make_shared<const std::string>(std::move(payload)));
  absl::StatusOr<RedisReply> reply = co_await commands->Call(std::move(command), timeout);
  Count(reply.status());
  co_return reply.ok() && !reply->is_error();
}

std::string BusCore::Tagged(std::string_view payload) const {
  std::string message;
  message.reserve(instance_id.size() + payload.size());
  return message.append(instance_id).append(payload);
}

void BusCore::Count(const absl::Status& queued) {
  if (absl::IsUnavailable(queued)) {
    ++stats->dropped_disconnected;
  } else if (absl::IsResourceExhausted(queued)) {
    ++stats->dropped_over_bound;
  } else {
    ++stats->published;
  }
}

Bus::Bus(BusConfig config, Executor executor)
    : core_(std::make_shared<BusCore>(std::move(config), asio::make_strand(executor))) {}

Bus::~Bus() { asio::co_spawn(core_->strand, BusCore::StopOnStrand(core_), asio::detached); }

void Bus::Start() {
  asio::post(core_->strand, [core = core_] {
    core->commands->Start();
    core->switchboard->Start();
  });
}

Task<void> Bus::Stop() { co_await asio::co_spawn(core_->strand, BusCore::StopOnStrand(core_), asio::use_awaitable); }

void Bus::Publish(std::string_view channel, std::string payload) { core_->Publish(channel, std::move(payload)); }

Task<bool> Bus::PublishConfirmed(std::string channel, std::string payload, std::chrono::milliseconds timeout) {
  return core_->PublishConfirmed(std::move(channel), std::move(payload), timeout);
}

Subscription Bus::Subscribe(std::string channel, Executor executor, OnMessage on_message, OnReset on_reset) {
  auto subscriber = std::make_shared<Subscriber>(std::move(channel), std::move(executor), std::move(on_message),
                                                 std::move(on_reset), core_->config.max_subscriber_bytes, core_->stats);
  core_->switchboard->Add(subscriber);
  return Subscription(core_->switchboard, std::move(subscriber));
}

bool Bus::connected() const { return core_->connected(); }

bool Bus::Fresh(std::chrono::milliseconds max_age) const { return core_->switchboard->Fresh(max_age); }

BusCounters Bus::counters() const {
  const BusStats& stats = *core_->stats;
  return {.published = stats.published,
          .dropped_disconnected = stats.dropped_disconnected,
          .dropped_over_bound = stats.dropped_over_bound,
          .delivered_local = stats.delivered_local,
          .delivered_remote = stats.delivered_remote,
          .subscriber_overflows = stats.subscriber_overflows,
          .connects = stats.connects};
}

const std::string& Bus::instance_id() const { return core_->instance_id; }
const BusConfig& Bus::config() const { return core_->config; }
Executor Bus::executor() const { return core_->strand; }
std::shared_ptr<BusCore> Bus::core() const { return core_; }

}  // namespace plexus::bus
