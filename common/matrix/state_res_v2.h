// State resolution from room version 2 on. Private to common/matrix.
#pragma once

#include "common/matrix/state_res.h"

namespace plexus::matrix {

// As ResolveState, for versions 2 and 2.1 of the algorithm and at least one state.
absl::StatusOr<Resolution> ResolveStateV2(const RoomVersion& version, absl::Span<const StateMap> states,
                                          const RoomGraph& graph, const ResolutionLimits& limits);

}  // namespace plexus::matrix
