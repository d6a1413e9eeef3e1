// Who may do what, by an m.room.power_levels event and its defaults.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

#include "common/matrix/event.h"
#include "common/matrix/room_version.h"

namespace plexus::matrix {

// The level of creators in rooms where they outrank everyone. Larger than any that an event can hold.
inline constexpr int64_t kInfinitePower = std::numeric_limits<int64_t>::max();

// Whether `user_id` is one of the room's creators; `create` is its create event.
bool IsCreator(const Event& create, std::string_view user_id);

// A view of the levels; holds its events, costs nothing to make, thread-safe.
class PowerLevels {
 public:
  // `power_levels` may be null: then the defaults of a room without one hold.
  PowerLevels(const Event& create, const Event* power_levels);

  // The user's level: kInfinitePower for creators in room version 12.
  int64_t UserLevel(std::string_view user_id) const;

  // The level needed to send a state event or another event of that type.
  int64_t StateLevel(std::string_view type) const;
  int64_t EventLevel(std::string_view type) const;
  int64_t RequiredLevel(std::string_view type, bool is_state) const {
    return is_state ? StateLevel(type) : EventLevel(type);
  }

  int64_t ban() const { return Level("ban", 50); }
  int64_t kick() const { return Level("kick", 50); }
  int64_t redact() const { return Level("redact", 50); }
  int64_t invite() const { return Level("invite", 0); }
  int64_t users_default() const { return Level("users_default", 0); }
  // The level needed to notify in the way `key` ("room").
  int64_t Notification(std::string_view key) const;

  bool exists() const { return event_.has_value(); }

 private:
  int64_t Level(std::string_view key, int64_t otherwise) const;
  std::optional<int64_t> Entry(std::string_view map, std::string_view key) const;

  Event create_;
  std::optional<Event> event_;
};

}  // namespace plexus::matrix
