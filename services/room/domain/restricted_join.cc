#include "services/room/domain/restricted_join.h"

#include "common/json/access.h"
#include "common/matrix/ids.h"

namespace plexus::room {

bool IsRestricted(const matrix::Event* join_rules) {
  if (join_rules == nullptr) return false;
  const std::string_view rule = json::GetString(join_rules->content(), "join_rule").value_or("");
  return rule == "restricted" || (rule == "knock_restricted" && join_rules->version().knock_restricted_joins);
}

std::vector<std::string> AllowedRooms(const matrix::Event& join_rules) {
  std::vector<std::string> rooms;
  const json::Array* allow = json::GetArray(join_rules.content(), "allow");
  if (allow == nullptr) return rooms;
  for (const json::Value& condition : *allow) {
    if (rooms.size() >= kMaxAllowedRooms) break;
    if (!condition.is_object()) continue;
    if (json::GetString(condition.get_object(), "type") != "m.room_membership") continue;
    const auto room_id = json::GetString(condition.get_object(), "room_id");
    if (room_id && matrix::IsValidRoomId(*room_id)) rooms.emplace_back(*room_id);
  }
  return rooms;
}

std::optional<std::string> PickAuthoriser(const matrix::PowerLevels& levels, absl::Span<const std::string> joined,
                                          std::string_view server_name) {
  std::optional<std::string> best;
  int64_t best_level = 0;
  for (const std::string& user_id : joined) {
    if (matrix::ServerName(user_id) != server_name) continue;
    const int64_t level = levels.UserLevel(user_id);
    if (level < levels.invite() || (best && level <= best_level)) continue;
    best = user_id;
    best_level = level;
  }
  return best;
}

}  // namespace plexus::room
