// State resolution of room version 1. Private to common/matrix.
#pragma once

#include "common/matrix/state_res.h"

namespace plexus::matrix {

// As ResolveState, for version 1 of the algorithm and at least one state.
absl::StatusOr<Resolution> ResolveStateV1(const RoomVersion& version, absl::Span<const StateMap> states,
                                          const RoomGraph& graph, const ResolutionLimits& limits);

}  // namespace plexus::matrix
