// Which units made a batch violate a constraint.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/storage/session.h"
#include "services/event_persister/domain/write_unit.h"

namespace plexus::event_persister {

struct Conflict {
  UnitPtr unit;
  Fate fate;                    // kDuplicate or kRejected
  std::string stored_event_id;  // for kDuplicate
  absl::Status status;          // for kRejected
};

// The units whose transaction id, alias or room exists already. Two statements. Empty if the cause is another.
absl::StatusOr<std::vector<Conflict>> FindConflicts(storage::Session& session, std::span<const UnitPtr> units);

}  // namespace plexus::event_persister
