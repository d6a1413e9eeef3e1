#include "common/matrix/receipt.h"

#include "common/base/status_macros.h"
#include "common/matrix/event_types.h"

namespace plexus::matrix {

absl::Status CheckByAuthEvents(const Event& event, absl::Span<const CitedEvent> cited, const Event* create,
                               IsSignedBy is_signed_by) {
  const RoomVersion& version = event.version();
  PLEXUS_RETURN_IF_ERROR(CheckAuthEvents(version, event, cited));
  auto state = [&](std::string_view type, std::string_view state_key) -> const Event* {
    if (!version.create_in_auth_events && type == kRoomCreate) return create;
    for (const CitedEvent& one : cited) {
      if (one.event->IsState(type, state_key)) return one.event;
    }
    return nullptr;
  };
  return CheckAuth(version, event, state, is_signed_by);
}

Receipt CheckByStates(const Event& event, AuthState before, AuthState current, IsSignedBy is_signed_by) {
  const absl::Status by_before = CheckAuth(event.version(), event, before, is_signed_by);
  if (!by_before.ok()) return {Fate::kRejected, std::string(by_before.message())};
  const absl::Status by_current = CheckAuth(event.version(), event, current, is_signed_by);
  if (!by_current.ok()) return {Fate::kSoftFailed, std::string(by_current.message())};
  return {};
}

}  // namespace plexus::matrix
