#include "common/matrix/redaction.h"

#include <algorithm>
#include <initializer_list>

#include "absl/types/span.h"
#include "common/json/access.h"
#include "common/matrix/event_types.h"

namespace plexus::matrix {
namespace {

// A member that survives: everywhere, or where the room version's trait has that value.
struct KeptKey {
  std::string_view key;
  bool RoomVersion::*trait = nullptr;
  bool value = true;
  bool Holds(const RoomVersion& version) const { return trait == nullptr || version.*trait == value; }
};

constexpr KeptKey kPduKeys[] = {
    {"event_id"},
    {"type"},
    {"room_id"},
    {"sender"},
    {"state_key"},
    {"content"},
    {"hashes"},
    {"signatures"},
    {"depth"},
    {"prev_events"},
    {"auth_events"},
    {"origin_server_ts"},
    {"prev_state", &RoomVersion::relaxed_redaction, false},
    {"origin", &RoomVersion::relaxed_redaction, false},
    {"membership", &RoomVersion::relaxed_redaction, false},
};
constexpr KeptKey kMemberKeys[] = {{"membership"},
                                   {"join_authorised_via_users_server", &RoomVersion::authoriser_survives}};
constexpr KeptKey kCreateKeys[] = {{"creator"}};
constexpr KeptKey kJoinRulesKeys[] = {{"join_rule"}, {"allow", &RoomVersion::restricted_joins}};
constexpr KeptKey kPowerLevelsKeys[] = {
    {"ban"},          {"events"}, {"events_default"}, {"invite", &RoomVersion::relaxed_redaction},
    {"kick"},         {"redact"}, {"state_default"},  {"users"},
    {"users_default"}};
constexpr KeptKey kAliasesKeys[] = {{"aliases", &RoomVersion::aliases_by_domain}};
constexpr KeptKey kHistoryVisibilityKeys[] = {{"history_visibility"}};
constexpr KeptKey kRedactionKeys[] = {{"redacts", &RoomVersion::relaxed_redaction}};

absl::Span<const KeptKey> KeptContentKeys(std::string_view type) {
  if (type == kRoomMember) return kMemberKeys;
  if (type == kRoomCreate) return kCreateKeys;
  if (type == kRoomJoinRules) return kJoinRulesKeys;
  if (type == kRoomPowerLevels) return kPowerLevelsKeys;
  if (type == kRoomAliases) return kAliasesKeys;
  if (type == kRoomHistoryVisibility) return kHistoryVisibilityKeys;
  if (type == kRoomRedaction) return kRedactionKeys;
  return {};
}

// Of a member's third_party_invite, `signed` alone stays.
void KeepSignedInvite(const json::Object& content, json::Object& kept) {
  const json::Object* invite = json::GetObject(content, "third_party_invite");
  const json::Value* signed_part = invite == nullptr ? nullptr : json::Find(*invite, "signed");
  if (signed_part == nullptr) return;
  kept["third_party_invite"].emplace_object()["signed"] = *signed_part;
}

}  // namespace

bool SurvivesRedaction(std::string_view key, const RoomVersion& version) {
  return std::any_of(std::begin(kPduKeys), std::end(kPduKeys),
                     [&](const KeptKey& kept) { return kept.key == key && kept.Holds(version); });
}

json::Object RedactContent(std::string_view type, const json::Object& content, const RoomVersion& version) {
  if (type == kRoomCreate && version.relaxed_redaction) return content;
  json::Object kept;
  for (const KeptKey& key : KeptContentKeys(type)) {
    const json::Value* value = key.Holds(version) ? json::Find(content, key.key) : nullptr;
    if (value != nullptr) kept[key.key] = *value;
  }
  if (type == kRoomMember && version.relaxed_redaction) KeepSignedInvite(content, kept);
  return kept;
}

json::Object Redact(const json::Object& pdu, const RoomVersion& version) {
  json::Object redacted;
  for (const auto& member : pdu) {
    if (!SurvivesRedaction(json::Key(member), version)) continue;
    if (json::Key(member) == "content" && member.value().is_object()) {
      redacted["content"] =
          RedactContent(json::GetString(pdu, "type").value_or(""), member.value().get_object(), version);
    } else {
      redacted[member.key()] = member.value();
    }
  }
  return redacted;
}

}  // namespace plexus::matrix
