#include "common/matrix/state_res.h"

#include "common/matrix/state_res_v1.h"
#include "common/matrix/state_res_v2.h"

namespace plexus::matrix {

absl::StatusOr<Resolution> ResolveState(const RoomVersion& version, absl::Span<const StateMap> states,
                                        const RoomGraph& graph, const ResolutionLimits& limits) {
  size_t entries = 0;
  for (const StateMap& state : states) entries += state.size();
  if (states.size() > limits.max_states || entries > limits.max_entries) {
    return absl::ResourceExhaustedError("the states to be resolved are too many or too large");
  }
  if (states.empty()) return Resolution{};
  if (version.state_resolution == StateResolution::kV1) return ResolveStateV1(version, states, graph, limits);
  return ResolveStateV2(version, states, graph, limits);
}

}  // namespace plexus::matrix
