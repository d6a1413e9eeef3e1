// What the bus says of committed units.
#pragma once

#include "plexus/common/v1/log.pb.h"
#include "services/event_persister/storage/committer.h"

namespace plexus::event_persister {

// The same entries that storage::ReadRoomLog would answer for these positions. Positions without an entry (an alias was
// set) are holes.
common::v1::RoomLogBatch MakeLogBatch(const CommittedRange& range);

}  // namespace plexus::event_persister
