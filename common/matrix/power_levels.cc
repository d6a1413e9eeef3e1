#include "common/matrix/power_levels.h"

#include <algorithm>

#include "common/json/access.h"
#include "common/matrix/level_value.h"

namespace plexus::matrix {
namespace {

// Of the creator of a room that has no power levels event, before room version 12.
constexpr int64_t kCreatorLevel = 100;

bool IsAdditionalCreator(const Event& create, std::string_view user_id) {
  const json::Array* others = json::GetArray(create.content(), "additional_creators");
  return others != nullptr && std::any_of(others->begin(), others->end(),
                                          [&](const json::Value& other) { return json::AsString(other) == user_id; });
}

}  // namespace

bool IsCreator(const Event& create, std::string_view user_id) {
  const RoomVersion& version = create.version();
  if (version.creator_in_content) return json::GetString(create.content(), "creator") == user_id;
  return create.sender() == user_id || (version.creators_outrank_everyone && IsAdditionalCreator(create, user_id));
}

PowerLevels::PowerLevels(const Event& create, const Event* power_levels) : create_(create) {
  if (power_levels != nullptr) event_ = *power_levels;
}

int64_t PowerLevels::Level(std::string_view key, int64_t otherwise) const {
  return event_ ? LevelOf(event_->content(), key, create_.version()).value_or(otherwise) : otherwise;
}

std::optional<int64_t> PowerLevels::Entry(std::string_view map, std::string_view key) const {
  const json::Object* entries = event_ ? json::GetObject(event_->content(), map) : nullptr;
  return entries == nullptr ? std::nullopt : LevelOf(*entries, key, create_.version());
}

int64_t PowerLevels::UserLevel(std::string_view user_id) const {
  const bool infinite = create_.version().creators_outrank_everyone;
  if ((infinite || !event_) && IsCreator(create_, user_id)) return infinite ? kInfinitePower : kCreatorLevel;
  std::optional<int64_t> level = Entry("users", user_id);
  return level ? *level : users_default();
}

int64_t PowerLevels::StateLevel(std::string_view type) const {
  std::optional<int64_t> level = Entry("events", type);
  return level ? *level : Level("state_default", 50);
}

int64_t PowerLevels::EventLevel(std::string_view type) const {
  std::optional<int64_t> level = Entry("events", type);
  return level ? *level : Level("events_default", 0);
}

int64_t PowerLevels::Notification(std::string_view key) const { return Entry("notifications", key).value_or(50); }

}  // namespace plexus::matrix
