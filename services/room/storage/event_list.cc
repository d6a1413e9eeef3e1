#include "services/room/storage/event_list.h"

#include "common/base/status_macros.h"
#include "services/room/domain/event_text.h"

namespace plexus::room {
namespace {

absl::Status AppendParsed(std::string& out, const storage::StoredEvent& stored,
                          std::optional<matrix::Membership> membership, int64_t now_ms) {
  PLEXUS_ASSIGN_OR_RETURN(matrix::Event event, ToEvent(stored));
  return AppendEvent(out, event, stored, membership, now_ms);
}

}  // namespace

absl::Status AppendStateEvents(std::string& out, storage::Source source, const Reader& reader,
                               std::vector<storage::StoredEvent> events) {
  PLEXUS_RETURN_IF_ERROR(storage::AddUnsigned(source, reader.viewer, events));
  ArrayText array(out);
  for (const storage::StoredEvent& event : events) {
    PLEXUS_RETURN_IF_ERROR(AppendParsed(array.Next(), event, std::nullopt, reader.now_ms));
  }
  array.Close();
  return absl::OkStatus();
}

absl::Status AppendTimeline(std::string& out, storage::Source source, const Reader& reader,
                            std::vector<SeenEvent> events) {
  PLEXUS_RETURN_IF_ERROR(AddUnsigned(source, reader.viewer, events));
  ArrayText array(out);
  for (const SeenEvent& event : events) {
    PLEXUS_RETURN_IF_ERROR(AppendParsed(array.Next(), event.stored, event.membership, reader.now_ms));
  }
  array.Close();
  return absl::OkStatus();
}

absl::Status AppendSeen(std::string& out, storage::Source source, const Reader& reader, SeenEvent event) {
  PLEXUS_RETURN_IF_ERROR(storage::AddUnsigned(source, reader.viewer, std::span(&event.stored, 1)));
  return AppendParsed(out, event.stored, event.membership, reader.now_ms);
}

}  // namespace plexus::room
