// Events by their names.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/storage/readers/source.h"
#include "common/storage/readers/stored_event.h"

namespace plexus::storage {

// Those that exist, in no order; outliers, soft-failed and rejected ones included.
absl::StatusOr<std::vector<StoredEvent>> EventsByNid(Source source, std::span<const int64_t> nids);
absl::StatusOr<std::vector<StoredEvent>> EventsById(Source source, std::span<const std::string> event_ids);

// Who asks: transaction ids are told to the sending device alone. Both may be empty.
struct Viewer {
  std::string user_id;
  std::string device_id;
};

// Fills `extra` of each event (transaction id, redaction, replaced event).
absl::Status AddUnsigned(Source source, const Viewer& viewer, std::span<StoredEvent> events);

}  // namespace plexus::storage
