// The iterative auth checks of state resolution. Private to common/matrix.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "common/matrix/event_index.h"
#include "common/matrix/state_key.h"
#include "common/matrix/state_split.h"

namespace plexus::matrix {

// A state that grows by the events which it allows. Room versions 2 and later, "State resolution".
class IterativeAuth {
 public:
  // Starts from `base`, which must outlive this; from the empty state if it is null.
  IterativeAuth(const RoomVersion& version, EventIndex& index, const StateViews* base)
      : version_(version), index_(index), base_(base) {}

  // Adds each event that the state allows, in that order, in the place of what has its key.
  void Apply(const std::vector<EventNumber>& events);

  // The state's event of that key.
  std::optional<EventNumber> Find(std::string_view type, std::string_view state_key);

  // What has been added, without the base.
  const ByStateKey<EventNumber>& added() const { return added_; }

 private:
  bool Allows(EventNumber number);

  const RoomVersion& version_;
  EventIndex& index_;
  const StateViews* const base_;
  ByStateKey<EventNumber> added_;
};

}  // namespace plexus::matrix
