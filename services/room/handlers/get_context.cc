#include "common/base/status_macros.h"
#include "common/json/canonical.h"
#include "services/room/domain/page_request.h"
#include "services/room/handlers/handlers.h"
#include "services/room/handlers/reader.h"
#include "services/room/storage/find_event.h"
#include "services/room/storage/lazy_members.h"
#include "services/room/storage/timeline_scan.h"

namespace plexus::room {
namespace {

struct Wanted {
  Reader reader;
  std::string room_id;
  std::string event_id;
  matrix::RoomEventFilter filter;
  size_t limit = 0;  // of the events around it, together
};

struct Surrounded {
  SeenEvent event;
  std::vector<SeenEvent> before, after;  // nearest first
  matrix::TopologicalToken start, end;

  const storage::StoredEvent& newest() const { return after.empty() ? event.stored : after.back().stored; }
  std::set<std::string> senders() const {
    std::set<std::string> senders = SendersOf(before);
    senders.merge(SendersOf(after));
    senders.insert(event.stored.sender);
    return senders;
  }
};

absl::StatusOr<std::vector<SeenEvent>> ScanAround(storage::Source source, const RoomView& view, const Wanted& wanted,
                                                  Direction direction, matrix::TopologicalToken from, size_t limit) {
  const ScanWish wish{direction, from, std::nullopt, limit, wanted.filter};
  PLEXUS_ASSIGN_OR_RETURN(ScannedPage page, ScanTimeline(source, view, wanted.reader.viewer.user_id, wish));
  return std::move(page.events);
}

absl::StatusOr<Surrounded> Surround(storage::Source source, const RoomView& view, const Wanted& wanted) {
  Surrounded around;
  PLEXUS_ASSIGN_OR_RETURN(around.event, FindVisibleEvent(source, view, wanted.reader.viewer.user_id, wanted.event_id));
  around.start = PlaceBefore(around.event.stored);
  around.end = PlaceAfter(around.event.stored);
  const size_t after = wanted.limit / 2;
  PLEXUS_ASSIGN_OR_RETURN(around.before,
                          ScanAround(source, view, wanted, Direction::kBackward, around.start, wanted.limit - after));
  PLEXUS_ASSIGN_OR_RETURN(around.after, ScanAround(source, view, wanted, Direction::kForward, around.end, after));
  if (!around.before.empty()) around.start = PlaceBefore(around.before.back().stored);
  if (!around.after.empty()) around.end = PlaceAfter(around.after.back().stored);
  return around;
}

// The state at the newest event, as far as the filter lets it pass.
absl::StatusOr<std::vector<storage::StoredEvent>> StateAround(storage::Source source, const RoomView& view,
                                                              const Wanted& wanted, const Surrounded& around) {
  storage::StateSelection selection;
  if (wanted.filter.lazy_load_members) {
    const std::set<std::string> senders = around.senders();
    selection = storage::StateSelection::LazyMembers({senders.begin(), senders.end()});
  }
  PLEXUS_ASSIGN_OR_RETURN(std::vector<storage::StoredEvent> state,
                          storage::StateAt(source, around.newest().after(), selection));
  const bool room_passes = matrix::MatchesRoom(wanted.filter, view.room.room_id);
  std::erase_if(state, [&](const storage::StoredEvent& event) {
    return !room_passes || !matrix::Matches(wanted.filter, event.type, event.sender);
  });
  return state;
}

absl::Status AppendContext(std::string& body, storage::Source source, const RoomView& view, const Wanted& wanted,
                           Surrounded around) {
  PLEXUS_ASSIGN_OR_RETURN(std::vector<storage::StoredEvent> state, StateAround(source, view, wanted, around));
  body = R"({"start":)";
  json::AppendString(body, matrix::EncodeTopologicalToken(around.start));
  body += R"(,"end":)";
  json::AppendString(body, matrix::EncodeTopologicalToken(around.end));
  body += R"(,"event":)";
  PLEXUS_RETURN_IF_ERROR(AppendSeen(body, source, wanted.reader, std::move(around.event)));
  body += R"(,"events_before":)";
  PLEXUS_RETURN_IF_ERROR(AppendTimeline(body, source, wanted.reader, std::move(around.before)));
  body += R"(,"events_after":)";
  PLEXUS_RETURN_IF_ERROR(AppendTimeline(body, source, wanted.reader, std::move(around.after)));
  body += R"(,"state":)";
  PLEXUS_RETURN_IF_ERROR(AppendStateEvents(body, source, wanted.reader, std::move(state)));
  body += '}';
  return absl::OkStatus();
}

absl::StatusOr<std::string> ReadContext(storage::Source source, const Wanted& wanted) {
  PLEXUS_ASSIGN_OR_RETURN(RoomView view, LookAt(source, wanted.room_id, wanted.reader.viewer.user_id));
  PLEXUS_ASSIGN_OR_RETURN(Surrounded around, Surround(source, view, wanted));
  std::string body;
  PLEXUS_RETURN_IF_ERROR(AppendContext(body, source, view, wanted, std::move(around)));
  return body;
}

}  // namespace

PLEXUS_ROOM_HANDLER(GetContext) {
  Wanted wanted;
  wanted.reader = ReaderOf(tenant, request.requester());
  wanted.room_id = request.room_id();
  wanted.event_id = request.event_id();
  PLEXUS_CO_ASSIGN_OR_RETURN(wanted.filter, ParsePageFilter(request.filter()));
  wanted.limit = PageLimit(request.limit(), wanted.filter);
  auto read = [wanted](storage::Session& session) { return ReadContext(session, wanted); };
  PLEXUS_CO_ASSIGN_OR_RETURN(std::string body, co_await tenant.Run(std::move(read)));
  co_return WithBody<v1::GetContextResponse>(std::move(body));
}

}  // namespace plexus::room
