// Sets of events that hang on auth chains. Room Versions, "State resolution", "Definitions". Private to common/matrix.
#pragma once

#include <vector>

#include "absl/types/span.h"
#include "common/matrix/event_index.h"

namespace plexus::matrix {

// The events of `roots` and of all their auth chains.
std::vector<EventNumber> WithAuthChains(EventIndex& index, absl::Span<const EventNumber> roots);

// The auth difference of states that have the events `shared` in common and beside them those of one of `others` each.
std::vector<EventNumber> AuthDifference(EventIndex& index, absl::Span<const EventNumber> shared,
                                        absl::Span<const std::vector<EventNumber>> others);

// The conflicted state subgraph of `conflicted`.
std::vector<EventNumber> ConflictedSubgraph(EventIndex& index, absl::Span<const EventNumber> conflicted);

// The edges of some events, turned round: who cites whom among them.
class Citations {
 public:
  Citations(EventIndex& index, absl::Span<const EventNumber> events);
  // Those of the events that cite `number`, once for each time that they do.
  absl::Span<const EventNumber> Of(EventNumber number) const;
  // How many of its auth events are among the events.
  size_t CitedBy(EventNumber number) const { return number < cited_.size() ? cited_[number] : 0; }

 private:
  std::vector<size_t> begin_;  // by number: where its citers begin
  std::vector<EventNumber> citers_;
  std::vector<uint32_t> cited_;
};

}  // namespace plexus::matrix
