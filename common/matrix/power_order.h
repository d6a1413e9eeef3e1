// The order in which state resolution looks at what takes power from users. Private to common/matrix.
#pragma once

#include <vector>

#include "absl/types/span.h"
#include "common/matrix/event_index.h"

namespace plexus::matrix {

// Whether this state event might remove someone's ability to do something.
bool IsPowerEvent(const Event& event);

struct PickedEvents {
  EventSet all;
  // Without those that are in their own auth chain and those that have such an event in theirs: nothing can be their
  // turn after all that they cite.
  std::vector<EventNumber> sorted;
};

// Of `conflicted`, the power events and what their auth chains hold of `conflicted`, in reverse topological power
// ordering. Room versions 2 and later, "State resolution", step 1.
PickedEvents PickPowerEvents(EventIndex& index, const std::vector<EventNumber>& conflicted);

}  // namespace plexus::matrix
