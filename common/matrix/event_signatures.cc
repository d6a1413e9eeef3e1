#include "common/matrix/event_signatures.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/matrix_error.h"
#include "common/base/status_macros.h"
#include "common/json/access.h"
#include "common/matrix/event_hash.h"
#include "common/matrix/event_types.h"
#include "common/matrix/ids.h"
#include "common/matrix/signing.h"

namespace plexus::matrix {
namespace {

bool IsThirdPartyInvite(const Event& event) {
  return event.type() == kRoomMember && json::GetString(event.content(), "membership") == "invite" &&
         json::Find(event.content(), "third_party_invite") != nullptr;
}

bool IsValidAt(const VerifyKey& key, const Event& event, int64_t now_ms) {
  if (key.expired_ts) return event.origin_server_ts() <= *key.expired_ts;
  if (!event.version().key_validity) return true;
  return event.origin_server_ts() <= std::min(key.valid_until_ts, now_ms + kLongestKeyValidityMs);
}

absl::Status VerifyServer(const Event& event, std::string_view essential, std::string_view server,
                          FindVerifyKey find_key, int64_t now_ms) {
  const json::Object* signatures = json::GetObject(event.signatures(), server);
  if (signatures == nullptr) return errors::Forbidden(absl::StrCat("The event is not signed by ", server));
  if (signatures->size() > kMaxSignaturesOfServer) return errors::Forbidden("The event bears too many signatures");
  bool verified = false;
  for (const auto& signature : *signatures) {
    const std::string_view key_id = json::Key(signature);
    if (!absl::StartsWith(key_id, "ed25519:")) continue;
    const std::optional<VerifyKey> key = find_key(server, key_id);
    if (!key || !IsValidAt(*key, event, now_ms)) continue;
    const std::optional<std::string> bytes = FindSignature(event.json(), server, key_id);
    if (!bytes || !VerifySignature(essential, *bytes, key->public_key)) {
      return errors::Forbidden(absl::StrCat("The event's signature by ", server, " is wrong"));
    }
    verified = true;
  }
  return verified ? absl::OkStatus() : errors::Forbidden(absl::StrCat("The event has no valid signature by ", server));
}

}  // namespace

RequiredSigners RequiredSignersOf(const Event& event) {
  RequiredSigners signers;
  if (!IsThirdPartyInvite(event)) signers.to_accept.emplace_back(ServerName(event.sender()));
  if (event.version().event_ids == EventIds::kChosen) {
    std::string named(ServerName(event.event_id()));
    if (signers.to_accept.empty() || signers.to_accept[0] != named) signers.to_accept.push_back(std::move(named));
  }
  if (event.version().restricted_joins && event.type() == kRoomMember) {
    const std::string_view user = json::GetString(event.content(), "join_authorised_via_users_server").value_or("");
    if (IsValidUserId(user)) signers.to_authorise = std::string(ServerName(user));
  }
  return signers;
}

absl::Status VerifySignatures(const Event& event, absl::Span<const std::string> servers, FindVerifyKey find_key,
                              int64_t now_ms) {
  PLEXUS_ASSIGN_OR_RETURN(const std::string essential, SignedEventText(event));
  for (const std::string& server : servers) {
    PLEXUS_RETURN_IF_ERROR(VerifyServer(event, essential, server, find_key, now_ms));
  }
  return absl::OkStatus();
}

}  // namespace plexus::matrix
