#include "services/event_persister/domain/write_unit.h"

namespace plexus::event_persister {

size_t WriteUnit::bytes() const {
  constexpr size_t kRowBytes = 512;
  size_t bytes = kRowBytes;
  for (const EventRow& event : events) bytes += kRowBytes + event.json.size() + event.prev_content_json.size();
  return bytes;
}

}  // namespace plexus::event_persister
