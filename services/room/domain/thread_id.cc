#include "services/room/domain/thread_id.h"

#include "common/base/matrix_error.h"
#include "common/json/access.h"
#include "common/matrix/event_types.h"
#include "common/matrix/ids.h"

namespace plexus::room {

absl::StatusOr<std::string> ThreadIdOf(const json::Object& body, std::string_view receipt_type) {
  const json::Value* value = json::Find(body, "thread_id");
  if (value == nullptr) return std::string();
  if (receipt_type == matrix::kFullyRead) return errors::InvalidParam("m.fully_read takes no thread_id.");
  const std::optional<std::string_view> thread_id = json::AsString(*value);
  if (!thread_id || (*thread_id != "main" && !matrix::IsValidEventId(*thread_id))) {
    return errors::InvalidParam("`thread_id` must be \"main\" or an event id.");
  }
  return std::string(*thread_id);
}

}  // namespace plexus::room
