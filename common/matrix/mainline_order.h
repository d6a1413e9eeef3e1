// The order in which state resolution looks at what takes no power from anybody. Private to common/matrix.
#pragma once

#include <optional>
#include <vector>

#include "common/matrix/event_index.h"

namespace plexus::matrix {

// `events` in the mainline ordering based on the power levels event `levels`; without one, none has a mainline
// position. Events that are not known are left out. Room versions 2 and later, "State resolution".
std::vector<EventNumber> MainlineOrder(EventIndex& index, std::optional<EventNumber> levels,
                                       const std::vector<EventNumber>& events);

}  // namespace plexus::matrix
