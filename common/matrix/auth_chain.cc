#include "common/matrix/auth_chain.h"

#include <algorithm>

namespace plexus::matrix {
namespace {

// Adds to `seen` what the auth chains of `roots` hold, without going beyond what is in there or in `known` already, and
// hands each new event to `visit`.
template <typename Visit>
void WalkChains(EventIndex& index, absl::Span<const EventNumber> roots, const EventSet& known, EventSet& seen,
                Visit visit) {
  std::vector<EventNumber> pending;
  auto push_auth = [&](EventNumber number) {
    for (EventNumber cited : index.AuthOf(number)) {
      if (known.Has(cited) || !seen.Add(cited)) continue;
      visit(cited);
      pending.push_back(cited);
    }
  };
  for (EventNumber root : roots) push_auth(root);
  while (!pending.empty()) {
    const EventNumber next = pending.back();
    pending.pop_back();
    push_auth(next);
  }
}

}  // namespace

std::vector<EventNumber> WithAuthChains(EventIndex& index, absl::Span<const EventNumber> roots) {
  std::vector<EventNumber> all;
  EventSet seen;
  for (EventNumber root : roots) {
    if (seen.Add(root)) all.push_back(root);
  }
  WalkChains(index, roots, EventSet(), seen, [&](EventNumber number) { all.push_back(number); });
  return all;
}

// What the shared events' chains hold is in every chain and thus never part of the difference, nor is anything behind
// it.
std::vector<EventNumber> AuthDifference(EventIndex& index, absl::Span<const EventNumber> shared,
                                        absl::Span<const std::vector<EventNumber>> others) {
  EventSet in_all;
  WalkChains(index, shared, EventSet(), in_all, [](EventNumber) {});
  std::vector<EventNumber> found;
  absl::flat_hash_map<EventNumber, size_t> chains;  // how many hold that event
  for (const std::vector<EventNumber>& events : others) {
    EventSet seen;
    WalkChains(index, events, in_all, seen, [&](EventNumber number) {
      if (++chains[number] == 1) found.push_back(number);
    });
  }
  found.erase(std::remove_if(found.begin(), found.end(), [&](EventNumber n) { return chains[n] == others.size(); }),
              found.end());
  return found;
}

// An event is on a path between two conflicted events if it is in the chain of one and has another in its own.
std::vector<EventNumber> ConflictedSubgraph(EventIndex& index, absl::Span<const EventNumber> conflicted) {
  const Citations citations(index, WithAuthChains(index, conflicted));
  std::vector<EventNumber> on_paths;
  EventSet seen;
  for (EventNumber number : conflicted) {
    if (seen.Add(number)) on_paths.push_back(number);
  }
  for (size_t i = 0; i < on_paths.size(); ++i) {
    for (EventNumber citer : citations.Of(on_paths[i])) {
      if (seen.Add(citer)) on_paths.push_back(citer);
    }
  }
  return on_paths;
}

Citations::Citations(EventIndex& index, absl::Span<const EventNumber> events) {
  EventSet among;
  EventNumber largest = 0;
  for (EventNumber number : events) {
    among.Add(number);
    largest = std::max(largest, number);
  }
  cited_.resize(size_t{largest} + 1);
  begin_.resize(size_t{largest} + 2);
  auto for_each_edge = [&](auto visit) {
    for (EventNumber citer : events) {
      for (EventNumber cited : index.AuthOf(citer)) {
        if (among.Has(cited)) visit(citer, cited);
      }
    }
  };
  // Counted, then filed in one array: the ends move down to the beginnings.
  for_each_edge([&](EventNumber citer, EventNumber cited) {
    ++cited_[citer];
    ++begin_[cited];
  });
  size_t end = 0;
  for (size_t& one : begin_) one = end += one;
  citers_.resize(end);
  for_each_edge([&](EventNumber citer, EventNumber cited) { citers_[--begin_[cited]] = citer; });
}

absl::Span<const EventNumber> Citations::Of(EventNumber number) const {
  if (size_t{number} + 1 >= begin_.size()) return {};
  return absl::MakeConstSpan(citers_).subspan(begin_[number], begin_[number + 1] - begin_[number]);
}

}  // namespace plexus::matrix
