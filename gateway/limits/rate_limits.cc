#include "gateway/limits/rate_limits.h"

#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/base/matrix_error.h"
#include "common/json/access.h"
#include "gateway/binding/client_address.h"

namespace plexus::gateway {
namespace {

constexpr size_t kMaxSubject = 255;  // bytes of a user id

struct LimitClass {
  std::string_view name;
  platform::LimitConfig config;
};

LimitClass ClassOf(Limit limit, const platform::TenantLimits& limits) {
  switch (limit) {
    case Limit::kMessage: return {"message", limits.message};
    case Limit::kJoin: return {"join", limits.join};
    case Limit::kLogin: return {"login", limits.login};
    case Limit::kRegistration: return {"registration", limits.registration};
    case Limit::kRequest: return {"request", limits.request};
    case Limit::kNone: break;
  }
  return {"none", {}};
}

// Whom a login is for, whichever way the body says it: "alice" and "@alice:example.org" are the same.
std::optional<std::string> UserToLogIn(const json::Object& body, std::string_view server_name) {
  std::optional<std::string_view> user = json::GetString(body, "user");
  if (const json::Object* identifier = json::GetObject(body, "identifier")) {
    user = json::GetString(*identifier, "user");
  }
  if (!user || user->size() > kMaxSubject) return std::nullopt;
  std::string name = absl::AsciiStrToLower(*user);
  return name.starts_with('@') ? name : absl::StrCat("@", name, ":", server_name);
}

// Empty if there is nothing to count by.
std::string SubjectOf(Limit limit, const Inputs& inputs) {
  const bool by_address = limit == Limit::kLogin || limit == Limit::kRegistration || !inputs.requester;
  return by_address ? AddressBlock(inputs.client.ip()) : inputs.requester->user_id();
}

}  // namespace

Task<absl::Status> RateLimits::Take(TenantStatePtr tenant, Limit limit, const Inputs& inputs) const {
  return TakeFor(std::move(tenant), limit, SubjectOf(limit, inputs));
}

Task<absl::Status> RateLimits::TakeNamedUser(TenantStatePtr tenant, const Inputs& inputs) const {
  std::string user = UserToLogIn(inputs.body, tenant->server_name()).value_or("");
  return TakeFor(std::move(tenant), Limit::kLogin, std::move(user));
}

Task<absl::Status> RateLimits::TakeFor(TenantStatePtr tenant, Limit limit, std::string subject) const {
  const auto [name, config] = ClassOf(limit, tenant->tenant->config.limits);
  if (limiter_ == nullptr || config.per_second <= 0 || subject.empty()) co_return absl::OkStatus();
  std::string key = absl::StrCat(tenant->server_name(), "/", name, "/", subject);
  const bus::LimitSpec spec{config.per_second, config.burst < 1 ? 1 : config.burst};
  const bus::Decision decision = co_await limiter_->Take(std::move(key), spec);
  if (decision.allowed) co_return absl::OkStatus();
  co_return errors::LimitExceeded(absl::FromChrono(decision.retry_after));
}

}  // namespace plexus::gateway
