#include "services/room/domain/event_text.h"

#include "common/base/status_macros.h"
#include "common/json/access.h"
#include "common/json/parse.h"
#include "common/matrix/client_event.h"

namespace plexus::room {

absl::Status AppendEvent(std::string& out, const matrix::Event& event, const storage::StoredEvent& stored,
                         std::optional<matrix::Membership> membership, int64_t now_ms) {
  matrix::ClientEventOptions options;
  options.now_ms = now_ms;
  options.membership = membership;
  options.transaction_id = stored.extra.transaction_id;
  options.replaces_state = stored.extra.replaced_id;
  std::optional<matrix::Event> redaction;
  if (!stored.extra.redaction_json.empty()) {
    PLEXUS_ASSIGN_OR_RETURN(
        redaction, matrix::Event::FromStored(stored.extra.redaction_json, stored.extra.redaction_id, event.version()));
    options.redacted_because = &*redaction;
  }
  json::Object replaced;
  if (!stored.extra.replaced_json.empty()) {
    PLEXUS_ASSIGN_OR_RETURN(replaced, json::ParseObject(stored.extra.replaced_json, {.max_depth = json::kMaxDepth}));
    options.prev_content = json::GetObject(replaced, "content");
  }
  matrix::AppendClientEvent(out, event, options);
  return absl::OkStatus();
}

}  // namespace plexus::room
