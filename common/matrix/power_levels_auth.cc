#include <algorithm>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "common/base/status_macros.h"
#include "common/json/access.h"
#include "common/matrix/auth_context.h"
#include "common/matrix/ids.h"
#include "common/matrix/level_value.h"

// The numbers of rules are those of room version 11. Room versions 6 to 9 lack 9.1 and 9.2, those before count rule 9
// as their 10.

namespace plexus::matrix {
namespace {

constexpr std::string_view kLevels[] = {"users_default", "events_default", "state_default", "ban",
                                        "redact",        "kick",           "invite"};
constexpr std::string_view kMaps[] = {"events", "notifications"};

// Those of kMaps whose changes are ruled.
absl::Span<const std::string_view> RuledMaps(const RoomVersion& version) {
  return absl::MakeConstSpan(kMaps).first(version.notification_levels_ruled ? 2 : 1);
}

const json::Object& Empty() {
  static const json::Object empty;
  return empty;
}

const json::Object& Entries(const json::Object& content, std::string_view map) {
  const json::Object* entries = json::GetObject(content, map);
  return entries == nullptr ? Empty() : *entries;
}

absl::Status NotInteger(std::string_view key) { return Reject(absl::StrCat("'", key, "' must be an integer")); }

// Rules 9.2 and 9.3 of `map`: absent, or an object of levels.
absl::Status CheckMapFormat(const json::Object& content, std::string_view map, const RoomVersion& version) {
  const json::Value* value = json::Find(content, map);
  if (value == nullptr) return absl::OkStatus();
  if (!value->is_object()) return Reject(absl::StrCat("'", map, "' must be an object"));
  for (const auto& entry : value->get_object()) {
    if (!LevelOf(entry.value(), version)) return NotInteger(json::Key(entry));
  }
  return absl::OkStatus();
}

// Rules 9.1 and 9.2. Where they do not exist, what is no level counts as absent.
absl::Status CheckIntegers(const json::Object& content, const RoomVersion& version) {
  for (std::string_view key : kLevels) {
    const json::Value* value = json::Find(content, key);
    if (value != nullptr && !LevelOf(*value, version)) return NotInteger(key);
  }
  for (std::string_view map : kMaps) PLEXUS_RETURN_IF_ERROR(CheckMapFormat(content, map, version));
  return absl::OkStatus();
}

// Rules 9.1 to 9.3.
absl::Status CheckFormat(const json::Object& content, const RoomVersion& version) {
  if (version.integer_power_levels) PLEXUS_RETURN_IF_ERROR(CheckIntegers(content, version));
  PLEXUS_RETURN_IF_ERROR(CheckMapFormat(content, "users", version));
  for (const auto& user : Entries(content, "users")) {
    if (!IsValidUserId(json::Key(user))) return Reject("'users' has something that is no user id");
  }
  return absl::OkStatus();
}

// Rule 10.4 of room version 12.
absl::Status CheckNamesNoCreator(const AuthContext& context) {
  const json::Object& users = Entries(context.event.content(), "users");
  if (json::Find(users, context.create.sender()) != nullptr) return Reject("Creators have no power level");
  const json::Array* others = json::GetArray(context.create.content(), "additional_creators");
  if (others == nullptr) return absl::OkStatus();
  const bool named = std::any_of(others->begin(), others->end(), [&](const json::Value& other) {
    return json::Find(users, json::AsString(other).value_or("")) != nullptr;
  });
  return named ? Reject("Creators have no power level") : absl::OkStatus();
}

absl::Status TooPowerful(std::string_view key) {
  return Reject(absl::StrCat("You don't have permission to change the level of '", key, "'"));
}

// A level before and after; nothing where it is absent.
struct Change {
  std::string_view key;
  std::optional<int64_t> before, after;
};

// Rules 9.5 to 9.7.
absl::Status CheckLevelChange(const Change& change, int64_t sender_level) {
  if (change.before == change.after) return absl::OkStatus();
  const bool allowed =
      change.before.value_or(sender_level) <= sender_level && change.after.value_or(sender_level) <= sender_level;
  return allowed ? absl::OkStatus() : TooPowerful(change.key);
}

// Rules 9.8 and 9.9: who is as powerful as the sender is out of the sender's reach, the sender excepted.
absl::Status CheckUserChange(const Change& change, std::string_view sender, int64_t sender_level) {
  if (change.before == change.after) return absl::OkStatus();
  if (change.key != sender && change.before && *change.before >= sender_level) return TooPowerful(change.key);
  if (change.after && *change.after > sender_level) return TooPowerful(change.key);
  return absl::OkStatus();
}

// Calls `check` with every entry of either map.
template <typename Check>
absl::Status ForEachEntry(const json::Object& before, const json::Object& after, const RoomVersion& version,
                          Check check) {
  for (const auto& entry : before) {
    const std::string_view key = json::Key(entry);
    PLEXUS_RETURN_IF_ERROR(check(Change{key, LevelOf(entry.value(), version), LevelOf(after, key, version)}));
  }
  for (const auto& entry : after) {
    const std::string_view key = json::Key(entry);
    if (json::Find(before, key) != nullptr) continue;
    PLEXUS_RETURN_IF_ERROR(check(Change{key, std::nullopt, LevelOf(entry.value(), version)}));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckPowerLevels(const AuthContext& context) {
  const RoomVersion& version = context.version;
  const json::Object& after = context.event.content();
  PLEXUS_RETURN_IF_ERROR(CheckFormat(after, version));
  if (version.creators_outrank_everyone) PLEXUS_RETURN_IF_ERROR(CheckNamesNoCreator(context));
  const Event* current = context.state(kRoomPowerLevels, "");
  if (current == nullptr) return absl::OkStatus();
  const json::Object& before = current->content();
  const int64_t level = context.SenderLevel();
  for (std::string_view key : kLevels) {
    const Change change{key, LevelOf(before, key, version), LevelOf(after, key, version)};
    PLEXUS_RETURN_IF_ERROR(CheckLevelChange(change, level));
  }
  for (std::string_view map : RuledMaps(version)) {
    PLEXUS_RETURN_IF_ERROR(ForEachEntry(Entries(before, map), Entries(after, map), version,
                                        [&](const Change& change) { return CheckLevelChange(change, level); }));
  }
  return ForEachEntry(Entries(before, "users"), Entries(after, "users"), version,
                      [&](const Change& change) { return CheckUserChange(change, context.event.sender(), level); });
}

}  // namespace plexus::matrix
