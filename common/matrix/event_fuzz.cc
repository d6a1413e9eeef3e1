// Whatever another server sends as a PDU: parsing ends, and what it accepts reads back with the same event id, redacted
// and from storage too.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "common/matrix/client_event.h"
#include "common/matrix/event.h"
#include "common/matrix/room_version.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using plexus::matrix::Event;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const plexus::matrix::RoomVersion& version : plexus::matrix::SupportedRoomVersions()) {
    absl::StatusOr<Event> event = Event::Parse(text, version);
    if (!event.ok()) continue;
    const std::string id(event->event_id());
    absl::StatusOr<Event> again = Event::Parse(event->json_text(), version);
    if (!again.ok() || again->event_id() != id || again->json_text() != event->json_text()) std::abort();
    if (Event::Parse(event->Redacted().json_text(), version)->event_id() != id) std::abort();
    if (!Event::FromStored(std::string(event->json_text()), id, version).ok()) std::abort();
    plexus::matrix::ClientEvent(*event);
  }
  return 0;
}
