#include "common/matrix/state_res_v1.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "common/base/status_macros.h"
#include "common/matrix/event_auth.h"
#include "common/matrix/event_hash.h"
#include "common/matrix/event_index.h"
#include "common/matrix/event_types.h"
#include "common/matrix/state_split.h"

namespace plexus::matrix {
namespace {

// The conflicting events of one key.
struct Contest {
  StateKeyView key;
  std::vector<const Event*> events;  // by ascending depth, then descending SHA-1 of the event id
};

class ResolutionV1 {
 public:
  ResolutionV1(const RoomVersion& version, absl::Span<const StateMap> states, const RoomGraph& graph,
               const ResolutionLimits& limits)
      : version_(version), split_(Split(states, AbsentKey::kAgrees)), index_(graph.fetch, limits), limits_(limits) {}

  absl::StatusOr<Resolution> Run() && {
    PLEXUS_RETURN_IF_ERROR(Gather());
    for (std::string_view type : {kRoomPowerLevels, kRoomJoinRules, kRoomMember}) ResolvePass(type);
    ResolveRest();
    PLEXUS_RETURN_IF_ERROR(index_.status());
    return Resolution{Copy(split_.unconflicted), index_.Missing()};
  }

 private:
  using Winners = std::vector<std::pair<StateKeyView, const Event*>>;

  absl::Status Gather() {
    size_t conflicting = 0;
    for (const StateConflict& conflict : split_.conflicts) conflicting += conflict.event_ids.size();
    if (conflicting > limits_.max_conflicted) {
      return absl::ResourceExhaustedError("too many events of the room's state are in conflict");
    }
    for (const StateConflict& conflict : split_.conflicts) {
      Contest contest{conflict.key, Sorted(conflict)};
      if (!contest.events.empty()) contests_.push_back(std::move(contest));
    }
    return index_.status();
  }

  std::vector<const Event*> Sorted(const StateConflict& conflict) {
    struct Place {
      int64_t depth;
      std::string hash;
      const Event* event;
    };
    std::vector<Place> places;
    for (std::string_view event_id : conflict.event_ids) {
      const Event* event = index_.Find(index_.NumberOf(event_id));
      if (event != nullptr) places.push_back({event->depth(), Sha1(event_id), event});
    }
    std::sort(places.begin(), places.end(),
              [](const Place& a, const Place& b) { return std::tie(a.depth, b.hash) < std::tie(b.depth, a.hash); });
    std::vector<const Event*> events;
    for (const Place& place : places) events.push_back(place.event);
    return events;
  }

  // Each key of the type by what the passes before have settled: which keys there are beside it makes no difference.
  void ResolvePass(std::string_view type) {
    Winners winners;
    for (const Contest& contest : contests_) {
      if (contest.key.type == type) winners.emplace_back(contest.key, LastAllowed(contest));
    }
    Settle(winners);
  }

  void ResolveRest() {
    Winners winners;
    for (const Contest& contest : contests_) {
      if (!IsSettledInPasses(contest.key.type)) winners.emplace_back(contest.key, HighestAllowed(contest));
    }
    Settle(winners);
  }

  static bool IsSettledInPasses(std::string_view type) {
    return type == kRoomPowerLevels || type == kRoomJoinRules || type == kRoomMember;
  }

  // The first event, then each that is allowed after the one before it, until one is not.
  const Event* LastAllowed(const Contest& contest) {
    const Event* winner = contest.events.front();
    for (size_t i = 1; i < contest.events.size() && IsAllowed(*contest.events[i], contest.key, winner); ++i) {
      winner = contest.events[i];
    }
    return winner;
  }

  // NOTSPEC: which event stays if none is allowed is not said; it is the oldest, as everybody does it.
  const Event* HighestAllowed(const Contest& contest) {
    auto highest = std::find_if(contest.events.rbegin(), contest.events.rend(),
                                [&](const Event* event) { return IsAllowed(*event, contest.key, nullptr); });
    return highest == contest.events.rend() ? contest.events.front() : *highest;
  }

  // By the state so far, where `holder` (or nothing) has the key `key`.
  bool IsAllowed(const Event& event, const StateKeyView& key, const Event* holder) {
    auto state = [&](std::string_view type, std::string_view state_key) -> const Event* {
      const StateKeyView wanted{type, state_key};
      if (StateKeyEqual()(wanted, key)) return holder;
      auto held = split_.unconflicted.find(wanted);
      return held == split_.unconflicted.end() ? nullptr : index_.Find(index_.NumberOf(held->second));
    };
    auto is_signed_by = [](const Event&, std::string_view) { return true; };  // no rule of these rooms asks
    return CheckAuth(version_, event, state, is_signed_by).ok();
  }

  void Settle(const Winners& winners) {
    for (const auto& [key, event] : winners) split_.unconflicted.insert_or_assign(key, event->event_id());
  }

  const RoomVersion& version_;
  SplitState split_;
  EventIndex index_;
  const ResolutionLimits& limits_;
  std::vector<Contest> contests_;
};

}  // namespace

absl::StatusOr<Resolution> ResolveStateV1(const RoomVersion& version, absl::Span<const StateMap> states,
                                          const RoomGraph& graph, const ResolutionLimits& limits) {
  return ResolutionV1(version, states, graph, limits).Run();
}

}  // namespace plexus::matrix
