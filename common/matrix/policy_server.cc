#include "common/matrix/policy_server.h"

#include "common/json/access.h"
#include "common/matrix/base64.h"
#include "common/matrix/event_hash.h"
#include "common/matrix/event_types.h"
#include "common/matrix/signing.h"

namespace plexus::matrix {
namespace {

constexpr std::string_view kPolicyKeyId = "ed25519:policy_server";

}  // namespace

// NOTSPEC: a public key that is not one is as little use as none, so that the room counts as using no policy server
// rather than as one in which nobody can say anything.
std::optional<PolicyServer> PolicyServerOf(const Event* policy,
                                           absl::FunctionRef<bool(std::string_view)> has_joined_user) {
  if (policy == nullptr || !policy->IsState(kRoomPolicy, "")) return std::nullopt;
  const std::optional<std::string_view> via = json::GetString(policy->content(), "via");
  const json::Object* keys = json::GetObject(policy->content(), "public_keys");
  if (!via || keys == nullptr) return std::nullopt;
  const std::optional<std::string> key = Base64Decode(json::GetString(*keys, "ed25519").value_or(""));
  if (!key || key->size() != kEd25519PublicKeyBytes || !has_joined_user(*via)) return std::nullopt;
  return PolicyServer{std::string(*via), *key};
}

bool IsRecommended(const Event& event, const PolicyServer& server) {
  if (event.IsState(kRoomPolicy, "")) return true;
  return VerifyEventSignature(event, server.name, kPolicyKeyId, server.public_key).ok();
}

}  // namespace plexus::matrix
