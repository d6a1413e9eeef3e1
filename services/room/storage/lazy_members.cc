#include "services/room/storage/lazy_members.h"

#include "common/base/status_macros.h"
#include "common/matrix/event_types.h"
#include "common/storage/readers/state.h"

namespace plexus::room {

std::set<std::string> SendersOf(const std::vector<SeenEvent>& events) {
  std::set<std::string> senders;
  for (const SeenEvent& event : events) senders.insert(event.stored.sender);
  return senders;
}

absl::StatusOr<std::vector<storage::StoredEvent>> MembersAt(storage::Source source, storage::StatePoint point,
                                                            const std::set<std::string>& user_ids) {
  std::vector<storage::TypeAndKey> keys;
  for (const std::string& user_id : user_ids) keys.push_back({std::string(matrix::kRoomMember), user_id});
  PLEXUS_ASSIGN_OR_RETURN(std::vector<storage::StateAtPoint> found,
                          storage::StateEventsAt(source, std::span(&point, 1), keys));
  std::vector<storage::StoredEvent> members;
  for (storage::StateAtPoint& at : found) members.push_back(std::move(at.event));
  return members;
}

}  // namespace plexus::room
