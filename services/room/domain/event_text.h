// Events as text for the client that asks.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "common/matrix/event.h"
#include "common/matrix/membership.h"
#include "common/storage/readers/stored_event.h"

namespace plexus::room {

// Appends the event with its `unsigned`: age, and what AddUnsigned has put into `stored`. `event` is `stored` parsed;
// `membership` that of the asking user at the event. Internal for damaged rows.
absl::Status AppendEvent(std::string& out, const matrix::Event& event, const storage::StoredEvent& stored,
                         std::optional<matrix::Membership> membership, int64_t now_ms);

// Writes a JSON array one element at a time: call Next before each.
class ArrayText {
 public:
  explicit ArrayText(std::string& out) : out_(out) { out_ += '['; }
  std::string& Next() {
    if (!first_) out_ += ',';
    first_ = false;
    return out_;
  }
  void Close() { out_ += ']'; }

 private:
  std::string& out_;
  bool first_ = true;
};

}  // namespace plexus::room
