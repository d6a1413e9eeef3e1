#include "common/bus/switchboard.h"

#include <hiredis/hiredis.h>

#include <array>
#include <boost/asio/post.hpp>
#include <utility>

#include "common/bus/redis_reply.h"

namespace plexus::bus {
namespace {

int64_t SteadyNanos() { return std::chrono::nanoseconds(std::chrono::steady_clock::now().time_since_epoch()).count(); }

std::string_view Text(const redisReply& reply) { return {reply.str, reply.str == nullptr ? 0 : size_t(reply.len)}; }

void AppendCommand(std::string_view name, std::string_view channel, std::string& out) {
  bus::AppendCommand(std::array<std::string_view, 2>{name, channel}, out);
}

}  // namespace

Switchboard::Switchboard(const BusConfig& config, Executor strand, std::string instance_id,
                         std::shared_ptr<BusStats> stats)
    : prefix_(config.prefix),
      strand_(strand),
      instance_id_(std::move(instance_id)),
      max_pings_(static_cast<size_t>(config.silence_timeout / config.ping_interval) + 2),
      stats_(std::move(stats)),
      link_(std::make_shared<RedisLink>(config, strand, *this)) {}

Task<void> Switchboard::Stop() { co_await link_->Stop(); }

void Switchboard::Add(std::shared_ptr<Subscriber> subscriber) {
  std::string name = subscriber->channel();
  {
    absl::MutexLock lock(&mutex_);
    Channel& channel = channels_[name];
    if (channel.confirmed()) subscriber->Reset();
    channel.subscribers.push_back(std::move(subscriber));
    if (channel.subscribers.size() > 1) return;
  }
  boost::asio::post(strand_, [self = shared_from_this(), name = std::move(name)] { self->Align(name); });
}

void Switchboard::Remove(const std::shared_ptr<Subscriber>& subscriber) {
  std::string name = subscriber->channel();
  {
    absl::MutexLock lock(&mutex_);
    auto found = channels_.find(name);
    if (found == channels_.end() || std::erase(found->second.subscribers, subscriber) == 0) return;
    if (!found->second.subscribers.empty()) return;
    if (found->second.unused()) channels_.erase(found);
  }
  boost::asio::post(strand_, [self = shared_from_this(), name = std::move(name)] { self->Align(name); });
}

void Switchboard::DeliverLocal(std::string_view channel, const Payload& payload) {
  absl::MutexLock lock(&mutex_);
  auto found = channels_.find(channel);
  if (found == channels_.end()) return;
  stats_->delivered_local += found->second.subscribers.size();
  for (const std::shared_ptr<Subscriber>& subscriber : found->second.subscribers) subscriber->Deliver(payload);
}

bool Switchboard::Fresh(std::chrono::milliseconds max_age) const {
  int64_t proven_at = proven_at_.load();
  return proven_at != 0 && SteadyNanos() - proven_at <= std::chrono::nanoseconds(max_age).count();
}

void Switchboard::Align(const std::string& name) {
  if (!link_->connected()) return;  // OnConnected will
  std::string command;
  {
    absl::MutexLock lock(&mutex_);
    auto found = channels_.find(name);
    if (found == channels_.end()) return;
    Channel& channel = found->second;
    if (channel.subscribed == !channel.subscribers.empty()) return;
    channel.subscribed = !channel.subscribed;
    ++channel.unconfirmed_commands;
    AppendCommand(channel.subscribed ? "SUBSCRIBE" : "UNSUBSCRIBE", prefix_ + name, command);
  }
  link_->Send(command);
}

void Switchboard::OnConnected() {
  ++stats_->connects;
  std::string commands;
  {
    absl::MutexLock lock(&mutex_);
    for (auto& [name, channel] : channels_) {
      channel.subscribed = true;
      channel.unconfirmed_commands = 1;
      AppendCommand("SUBSCRIBE", prefix_ + name, commands);
    }
  }
  link_->Send(commands);
  OnTick();
}

void Switchboard::OnDisconnected() {
  proven_at_ = 0;
  pings_.clear();
  absl::MutexLock lock(&mutex_);
  std::erase_if(channels_, [](const auto& entry) { return entry.second.subscribers.empty(); });
  for (auto& [name, channel] : channels_) {
    channel.subscribed = false;
    channel.unconfirmed_commands = 0;
  }
}

void Switchboard::OnTick() {
  if (pings_.size() >= max_pings_) return;
  pings_.push_back(SteadyNanos());
  std::string command;
  bus::AppendCommand(std::array<std::string_view, 1>{"PING"}, command);
  link_->Send(command);
}

void Switchboard::OnReply(const redisReply& reply) {
  if (reply.type == REDIS_REPLY_STATUS) return OnPong();  // PING with no channel subscribed
  if (reply.type != REDIS_REPLY_ARRAY || reply.elements < 2) return link_->Disconnect();
  std::string_view what = Text(*reply.element[0]);
  std::string_view channel = WithoutPrefix(Text(*reply.element[1]));
  if (what == "message" && reply.elements == 3) return OnRemoteMessage(channel, Text(*reply.element[2]));
  if (what == "subscribe" || what == "unsubscribe") return OnConfirmation(channel);
  if (what == "pong") return OnPong();
}

std::string_view Switchboard::WithoutPrefix(std::string_view channel) const {
  return channel.starts_with(prefix_) ? channel.substr(prefix_.size()) : channel;
}

void Switchboard::OnConfirmation(std::string_view name) {
  absl::MutexLock lock(&mutex_);
  auto found = channels_.find(name);
  if (found == channels_.end() || found->second.unconfirmed_commands == 0) return;
  Channel& channel = found->second;
  --channel.unconfirmed_commands;
  if (channel.confirmed()) {
    for (const std::shared_ptr<Subscriber>& subscriber : channel.subscribers) subscriber->Reset();
  }
  if (channel.unused()) channels_.erase(found);
}

void Switchboard::OnRemoteMessage(std::string_view name, std::string_view message) {
  if (message.size() < instance_id_.size() || message.starts_with(instance_id_)) return;
  auto payload = std::make_shared<const std::string>(message.substr(instance_id_.size()));
  absl::MutexLock lock(&mutex_);
  auto found = channels_.find(name);
  if (found == channels_.end()) return;
  stats_->delivered_remote += found->second.subscribers.size();
  for (const std::shared_ptr<Subscriber>& subscriber : found->second.subscribers) subscriber->Deliver(payload);
}

void Switchboard::OnPong() {
  if (pings_.empty()) return;
  proven_at_ = pings_.front();
  pings_.pop_front();
}

}  // namespace plexus::bus
