#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "common/json/access.h"
#include "common/matrix/auth_context.h"
#include "common/matrix/base64.h"
#include "common/matrix/signing.h"

namespace plexus::matrix {
namespace {

// NOTSPEC: an invite may name any number of keys and signatures, and each pair costs a verification. Real ones have two
// keys and one signature; trying no more than this many pairs keeps an event from costing seconds.
constexpr int kMaxVerifications = 64;

// The public keys of an m.room.third_party_invite, decoded.
std::vector<std::string> PublicKeys(const json::Object& content) {
  std::vector<std::string> keys;
  auto add = [&](const json::Object& holder) {
    std::optional<std::string> key = Base64Decode(json::GetString(holder, "public_key").value_or(""));
    if (!key) key = Base64UrlDecode(json::GetString(holder, "public_key").value_or(""));
    if (key && key->size() == kEd25519PublicKeyBytes) keys.push_back(*std::move(key));
  };
  add(content);
  if (const json::Array* more = json::GetArray(content, "public_keys")) {
    for (const json::Value& holder : *more) {
      if (holder.is_object()) add(holder.get_object());
    }
  }
  return keys;
}

// Every ed25519 signature on `signed_part`, decoded.
std::vector<std::string> Signatures(const json::Object& signed_part) {
  std::vector<std::string> signatures;
  const json::Object* by_server = json::GetObject(signed_part, "signatures");
  if (by_server == nullptr) return signatures;
  for (const auto& server : *by_server) {
    if (!server.value().is_object()) continue;
    for (const auto& signature : server.value().get_object()) {
      if (!absl::StartsWith(json::Key(signature), "ed25519:")) continue;
      std::optional<std::string> bytes = Base64Decode(json::AsString(signature.value()).value_or(""));
      if (bytes) signatures.push_back(*std::move(bytes));
    }
  }
  return signatures;
}

bool AnySignatureMatches(const json::Object& signed_part, const json::Object& invite_content) {
  absl::StatusOr<std::string> text = SignedText(signed_part);
  if (!text.ok()) return false;
  int tried = 0;
  const std::vector<std::string> keys = PublicKeys(invite_content);
  for (const std::string& signature : Signatures(signed_part)) {
    for (const std::string& key : keys) {
      if (++tried > kMaxVerifications) return false;
      if (VerifySignature(*text, signature, key)) return true;
    }
  }
  return false;
}

}  // namespace

absl::Status CheckThirdPartyInvite(const AuthContext& context, const json::Value& invite) {
  const std::string_view target = *context.event.state_key();
  if (context.MembershipOfUser(target) == Membership::kBan) return Reject("The invited user is banned from the room");
  const json::Object* signed_part = invite.is_object() ? json::GetObject(invite.get_object(), "signed") : nullptr;
  if (signed_part == nullptr) return Reject("The third-party invite is not signed");
  std::optional<std::string_view> mxid = json::GetString(*signed_part, "mxid");
  std::optional<std::string_view> token = json::GetString(*signed_part, "token");
  if (!mxid || !token) return Reject("The third-party invite lacks its user or token");
  if (*mxid != target) return Reject("The third-party invite is for another user");
  const Event* original = context.state(kRoomThirdPartyInvite, *token);
  if (original == nullptr) return Reject("There is no such third-party invite");
  if (original->sender() != context.event.sender()) return Reject("The third-party invite is another user's");
  if (!AnySignatureMatches(*signed_part, original->content())) {
    return Reject("The third-party invite's signature is wrong");
  }
  return absl::OkStatus();
}

}  // namespace plexus::matrix
