// Joining a restricted room. Client-Server API, "Restricted rooms".
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/types/span.h"
#include "common/matrix/event.h"
#include "common/matrix/power_levels.h"

namespace plexus::room {

// More conditions than this in join rules are not looked at.
inline constexpr size_t kMaxAllowedRooms = 100;

// Whether membership of other rooms may open this one; `join_rules` may be null.
bool IsRestricted(const matrix::Event* join_rules);

// The rooms whose members may join.
std::vector<std::string> AllowedRooms(const matrix::Event& join_rules);

// Of the joined users of `server_name`, who may let somebody in: the mightiest who may invite; nobody if none may.
std::optional<std::string> PickAuthoriser(const matrix::PowerLevels& levels, absl::Span<const std::string> joined,
                                          std::string_view server_name);

}  // namespace plexus::room
