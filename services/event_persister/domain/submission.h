// A unit of writing with those who wait for it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "services/event_persister/domain/event_draft.h"
#include "services/event_persister/domain/hot_room.h"
#include "services/event_persister/domain/signal.h"
#include "services/event_persister/domain/write_unit.h"

namespace plexus::event_persister {

// Everything runs on the executor of the shard.
struct Submission {
  explicit Submission(const Executor& executor) : done(executor) {}

  std::shared_ptr<HotRoom> room;
  EventDraft draft;  // what the unit's event is built from again if an earlier one fails; unused in creations
  UnitPtr unit;      // the newest attempt
  Undo undo;

  // The answer, once `done` is set.
  Signal done;
  absl::Status status;
  std::vector<std::string> event_ids;
  int64_t position = 0;  // of the first event; 0 for a repeated transaction
};

using SubmissionPtr = std::shared_ptr<Submission>;

}  // namespace plexus::event_persister
