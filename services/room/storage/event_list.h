// Lists of events as JSON text.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "common/storage/readers/events.h"
#include "common/storage/readers/source.h"
#include "services/room/storage/visible_events.h"

namespace plexus::room {

// Who gets the text, and when.
struct Reader {
  storage::Viewer viewer;
  int64_t now_ms = 0;
};

// Appends a JSON array of state events. One statement, for their `unsigned`.
absl::Status AppendStateEvents(std::string& out, storage::Source source, const Reader& reader,
                               std::vector<storage::StoredEvent> events);
// The same for timeline events, which say what the reader's membership was.
absl::Status AppendTimeline(std::string& out, storage::Source source, const Reader& reader,
                            std::vector<SeenEvent> events);
// One timeline event.
absl::Status AppendSeen(std::string& out, storage::Source source, const Reader& reader, SeenEvent event);

}  // namespace plexus::room
