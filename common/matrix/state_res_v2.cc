#include "common/matrix/state_res_v2.h"

#include <deque>
#include <utility>

#include "common/base/status_macros.h"
#include "common/matrix/auth_chain.h"
#include "common/matrix/event_index.h"
#include "common/matrix/event_types.h"
#include "common/matrix/iterative_auth.h"
#include "common/matrix/mainline_order.h"
#include "common/matrix/power_order.h"
#include "common/matrix/state_split.h"

namespace plexus::matrix {
namespace {

class ResolutionV2 {
 public:
  ResolutionV2(const RoomVersion& version, absl::Span<const StateMap> states, const RoomGraph& graph,
               const ResolutionLimits& limits)
      : version_(version),
        states_(states),
        graph_(graph),
        limits_(limits),
        split_(Split(states, AbsentKey::kConflicts)),
        index_(graph.fetch, limits) {}

  absl::StatusOr<Resolution> Run() && {
    if (!split_.conflicts.empty()) {
      PLEXUS_RETURN_IF_ERROR(FindConflicted());
      PLEXUS_RETURN_IF_ERROR(Resolve());
    }
    return Resolution{Copy(split_.unconflicted), index_.Missing()};
  }

 private:
  // Fills the full conflicted set.
  absl::Status FindConflicted() {
    for (const StateConflict& conflict : split_.conflicts) {
      for (std::string_view event_id : conflict.event_ids) AddConflicted(index_.NumberOf(event_id));
    }
    const std::vector<EventNumber> conflicted_state = conflicted_;
    PLEXUS_RETURN_IF_ERROR(AddAuthDifference());
    if (version_.state_resolution == StateResolution::kV2_1) PLEXUS_RETURN_IF_ERROR(AddSubgraph(conflicted_state));
    PLEXUS_RETURN_IF_ERROR(index_.status());
    if (conflicted_.size() <= limits_.max_conflicted) return absl::OkStatus();
    return absl::ResourceExhaustedError("too many events of the room's state are in conflict");
  }

  absl::Status AddAuthDifference() {
    if (graph_.auth_difference) return AddNamed(graph_.auth_difference(states_));
    std::vector<EventNumber> shared;
    for (const auto& [key, event_id] : split_.unconflicted) shared.push_back(index_.NumberOf(event_id));
    std::vector<std::vector<EventNumber>> others(states_.size());
    for (size_t i = 0; i < states_.size(); ++i) {
      for (std::string_view event_id : split_.conflicted_of[i]) others[i].push_back(index_.NumberOf(event_id));
    }
    for (EventNumber number : AuthDifference(index_, shared, others)) AddConflicted(number);
    return absl::OkStatus();
  }

  absl::Status AddSubgraph(const std::vector<EventNumber>& conflicted_state) {
    if (graph_.conflicted_subgraph) {
      std::vector<std::string> event_ids;
      for (const StateConflict& conflict : split_.conflicts) {
        event_ids.insert(event_ids.end(), conflict.event_ids.begin(), conflict.event_ids.end());
      }
      return AddNamed(graph_.conflicted_subgraph(event_ids));
    }
    for (EventNumber number : ConflictedSubgraph(index_, conflicted_state)) AddConflicted(number);
    return absl::OkStatus();
  }

  absl::Status AddNamed(RoomGraph::Answer event_ids) {
    PLEXUS_RETURN_IF_ERROR(event_ids.status());
    for (std::string& event_id : *event_ids) {
      AddConflicted(index_.NumberOf(answers_.emplace_back(std::move(event_id))));
    }
    return absl::OkStatus();
  }

  void AddConflicted(EventNumber number) {
    if (is_conflicted_.Add(number)) conflicted_.push_back(number);
  }

  // Steps 1 to 5 of the algorithm.
  absl::Status Resolve() {
    const bool from_nothing = version_.state_resolution == StateResolution::kV2_1;
    IterativeAuth state(version_, index_, from_nothing ? nullptr : &split_.unconflicted);
    const PickedEvents picked = PickPowerEvents(index_, conflicted_);
    state.Apply(picked.sorted);
    state.Apply(MainlineOrder(index_, state.Find(kRoomPowerLevels, ""), Rest(picked.all)));
    PLEXUS_RETURN_IF_ERROR(index_.status());
    for (const auto& [key, number] : state.added()) {
      const Event& event = *index_.Find(number);
      split_.unconflicted.try_emplace(StateKeyView{event.type(), *event.state_key()}, event.event_id());
    }
    return absl::OkStatus();
  }

  // The conflicted events that were not picked.
  std::vector<EventNumber> Rest(const EventSet& picked) const {
    std::vector<EventNumber> rest;
    for (EventNumber number : conflicted_) {
      if (!picked.Has(number)) rest.push_back(number);
    }
    return rest;
  }

  const RoomVersion& version_;
  const absl::Span<const StateMap> states_;
  const RoomGraph& graph_;
  const ResolutionLimits& limits_;
  SplitState split_;
  std::deque<std::string> answers_;  // what the index has views of
  EventIndex index_;
  EventSet is_conflicted_;
  std::vector<EventNumber> conflicted_;
};

}  // namespace

absl::StatusOr<Resolution> ResolveStateV2(const RoomVersion& version, absl::Span<const StateMap> states,
                                          const RoomGraph& graph, const ResolutionLimits& limits) {
  return ResolutionV2(version, states, graph, limits).Run();
}

}  // namespace plexus::matrix
