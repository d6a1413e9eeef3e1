// Unknown outcomes of commits (architecture, section 3). Inside this library only; see ResolveOutcomes.
#pragma once

#include <span>
#include <vector>

#include "absl/time/time.h"
#include "common/storage/fenced_batch.h"

namespace plexus::storage {

// ResolveOutcomes on a new connection, tried again while Postgres cannot be reached, for kResolveBudget at most: the
// default time of a lease, after which nobody may be answered anyway.
inline constexpr absl::Duration kResolveBudget = absl::Seconds(5);
absl::StatusOr<std::vector<Resolution>> ResolveAfterLoss(Session& session, std::span<const ShardAdvance> advances);

}  // namespace plexus::storage
