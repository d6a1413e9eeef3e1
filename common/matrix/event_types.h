// The names of events and of what they hold.
#pragma once

#include <string_view>

namespace plexus::matrix {

inline constexpr std::string_view kRoomCreate = "m.room.create";
inline constexpr std::string_view kRoomMember = "m.room.member";
inline constexpr std::string_view kRoomPowerLevels = "m.room.power_levels";
inline constexpr std::string_view kRoomJoinRules = "m.room.join_rules";
inline constexpr std::string_view kRoomHistoryVisibility = "m.room.history_visibility";
inline constexpr std::string_view kRoomGuestAccess = "m.room.guest_access";
inline constexpr std::string_view kRoomThirdPartyInvite = "m.room.third_party_invite";
inline constexpr std::string_view kRoomCanonicalAlias = "m.room.canonical_alias";
inline constexpr std::string_view kRoomAliases = "m.room.aliases";
inline constexpr std::string_view kRoomName = "m.room.name";
inline constexpr std::string_view kRoomTopic = "m.room.topic";
inline constexpr std::string_view kRoomAvatar = "m.room.avatar";
inline constexpr std::string_view kRoomEncryption = "m.room.encryption";
inline constexpr std::string_view kRoomEncrypted = "m.room.encrypted";
inline constexpr std::string_view kRoomMessage = "m.room.message";
inline constexpr std::string_view kRoomRedaction = "m.room.redaction";
inline constexpr std::string_view kRoomTombstone = "m.room.tombstone";
inline constexpr std::string_view kRoomServerAcl = "m.room.server_acl";
inline constexpr std::string_view kRoomPolicy = "m.room.policy";
inline constexpr std::string_view kRoomPinnedEvents = "m.room.pinned_events";
inline constexpr std::string_view kReaction = "m.reaction";
inline constexpr std::string_view kSpaceChild = "m.space.child";
inline constexpr std::string_view kSpaceParent = "m.space.parent";

// Not room events.
inline constexpr std::string_view kTyping = "m.typing";
inline constexpr std::string_view kReceipt = "m.receipt";
inline constexpr std::string_view kPresence = "m.presence";
inline constexpr std::string_view kFullyRead = "m.fully_read";
inline constexpr std::string_view kTag = "m.tag";
inline constexpr std::string_view kDirect = "m.direct";
inline constexpr std::string_view kPushRules = "m.push_rules";
inline constexpr std::string_view kIgnoredUserList = "m.ignored_user_list";

}  // namespace plexus::matrix
