// One statement that stores many units.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "common/storage/parameter.h"
#include "services/event_persister/domain/write_unit.h"

namespace plexus::event_persister {

struct BatchStatement {
  std::string sql;                             // for storage::FencedBatch
  std::vector<storage::Parameter> parameters;  // for $7 …
};

// The statement that stores `units`, whose events, receipts and forgets have their positions. Only the parts that some
// unit needs are in it, so that plain messages cost what plain messages need; the number of different texts is small.
// No alias may occur twice.
BatchStatement MakeBatchStatement(std::span<const UnitPtr> units);

}  // namespace plexus::event_persister
