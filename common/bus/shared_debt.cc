#include "common/bus/shared_debt.h"

#include <cstdio>
#include <utility>
#include <vector>

#include "common/base/status_macros.h"

namespace plexus::bus {
namespace {

// KEYS[1]: holds when the debt will be paid, in microseconds of Redis' clock. ARGV: admitted, wanted, limit.
// A clock that jumped back must not lock a key out: no debt is larger than 16 bursts.
constexpr std::string_view kCharge = R"lua(
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local admitted, wanted, limit = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local paid = math.max(tonumber(redis.call('GET', KEYS[1]) or 0) or 0, now)
paid = math.min(paid + admitted, now + 16 * limit)
local allowed = 0
if paid + wanted - now <= limit + 1 then
  paid = paid + wanted
  allowed = 1
end
if paid > now then
  redis.call('SET', KEYS[1], string.format('%.0f', paid), 'PX', math.ceil((paid - now) / 1000) + 1)
end
return {allowed, paid - now}
)lua";

std::string Micros(double micros) {
  char text[32];
  snprintf(text, sizeof text, "%.0f", micros);
  return text;
}

bool ScriptIsMissing(const absl::StatusOr<RedisReply>& reply) {
  return reply.ok() && reply->is_error() && reply->text.starts_with("NOSCRIPT");
}

}  // namespace

Task<absl::StatusOr<DebtAnswer>> SharedDebts::Charge(std::shared_ptr<SharedDebts> self, DebtRequest request,
                                                     std::chrono::milliseconds timeout) {
  absl::StatusOr<RedisReply> reply = co_await Evaluate(self, request, timeout);
  if (ScriptIsMissing(reply)) {
    PLEXUS_CO_RETURN_IF_ERROR(co_await LoadScript(self, timeout));
    reply = co_await Evaluate(self, request, timeout);
  }
  if (!reply.ok()) co_return reply.status();
  if (reply->elements.size() != 2) co_return absl::UnavailableError(reply->text);
  DebtAnswer answer{reply->elements[0].integer == 1, static_cast<double>(reply->elements[1].integer)};
  co_return answer;
}

Task<absl::StatusOr<RedisReply>> SharedDebts::Evaluate(std::shared_ptr<SharedDebts> self, DebtRequest request,
                                                       std::chrono::milliseconds timeout) {
  // Before the first load any name will do: Redis does not know it.
  std::string sha = self->sha();
  if (sha.empty()) sha = std::string(40, '0');
  std::vector<std::string> command{"EVALSHA", sha, "1"};
  command.push_back(self->bus_->config.prefix + "limit:" + request.key);
  for (double argument : {request.admitted, request.wanted, request.limit}) command.push_back(Micros(argument));
  co_return co_await self->bus_->commands->Call(std::move(command), timeout);
}

Task<absl::Status> SharedDebts::LoadScript(std::shared_ptr<SharedDebts> self, std::chrono::milliseconds timeout) {
  std::vector<std::string> command{"SCRIPT", "LOAD", std::string(kCharge)};
  PLEXUS_CO_ASSIGN_OR_RETURN(RedisReply reply, co_await self->bus_->commands->Call(std::move(command), timeout));
  if (reply.is_error()) co_return absl::UnavailableError(reply.text);
  absl::MutexLock lock(&self->mutex_);
  self->sha_ = reply.text;
  co_return absl::OkStatus();
}

std::string SharedDebts::sha() const {
  absl::MutexLock lock(&mutex_);
  return sha_;
}

}  // namespace plexus::bus
