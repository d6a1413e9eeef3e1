// Writes an answer. Client-Server API, "GET /_matrix/client/v3/sync".
#pragma once

#include <cstdint>
#include <string>

#include "common/matrix/event_filter.h"
#include "services/sync/domain/delta.h"

namespace plexus::sync {

// For whom, and how.
struct RenderOptions {
  std::string user_id, device_id;
  const matrix::Filter* filter = nullptr;  // event_fields, event_format and unread_thread_notifications
  bool state_after = false;
  int64_t now_ms = 0;
};

// The whole body, as one string. What filters leave out is out already.
std::string RenderSync(const SyncDelta& delta, const RenderOptions& options);

// Appends one event.
void AppendEvent(std::string& out, const TimelineEvent& event, const RenderOptions& options);

}  // namespace plexus::sync
