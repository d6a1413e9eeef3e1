#include "absl/strings/str_cat.h"
#include "common/base/matrix_error.h"
#include "common/base/status_macros.h"
#include "common/json/canonical.h"
#include "services/room/domain/page_request.h"
#include "services/room/handlers/handlers.h"
#include "services/room/handlers/reader.h"
#include "services/room/storage/lazy_members.h"
#include "services/room/storage/timeline_scan.h"

namespace plexus::room {
namespace {

struct Wanted {
  Reader reader;
  std::string room_id;
  std::string from, to;
  ScanWish scan;
};

absl::StatusOr<Wanted> ParseWanted(const v1::GetMessagesRequest& request, Reader reader) {
  Wanted wanted;
  wanted.reader = std::move(reader);
  wanted.room_id = request.room_id();
  wanted.from = request.from();
  wanted.to = request.to();
  if (request.dir().empty()) return errors::MissingParam("`dir` is missing.");
  if (request.dir() != "b" && request.dir() != "f") return errors::InvalidParam("`dir` must be b or f.");
  wanted.scan.direction = request.dir() == "f" ? Direction::kForward : Direction::kBackward;
  PLEXUS_ASSIGN_OR_RETURN(wanted.scan.filter, ParsePageFilter(request.filter()));
  wanted.scan.limit = PageLimit(request.limit(), wanted.scan.filter);
  if (wanted.scan.limit == 0) return errors::InvalidParam("`limit` must be greater than 0.");
  return wanted;
}

absl::StatusOr<matrix::TopologicalToken> StartOf(storage::Source source, const RoomView& view, const Wanted& wanted) {
  if (!wanted.from.empty()) return PlaceOfToken(source, view.room, wanted.from);
  if (wanted.scan.direction == Direction::kForward) return FirstPlace();
  return NewestPlace(source, view.room.nid);
}

// `,"state":[…]`: the members whom the chunk shows, as they were at its newest event.
absl::Status AppendLazyMembers(std::string& body, storage::Source source, const Wanted& wanted,
                               const std::vector<SeenEvent>& events) {
  if (!wanted.scan.filter.lazy_load_members || events.empty()) return absl::OkStatus();
  const bool forward = wanted.scan.direction == Direction::kForward;
  const storage::StatePoint newest = (forward ? events.back() : events.front()).stored.after();
  PLEXUS_ASSIGN_OR_RETURN(std::vector<storage::StoredEvent> members, MembersAt(source, newest, SendersOf(events)));
  body += R"(,"state":)";
  return AppendStateEvents(body, source, wanted.reader, std::move(members));
}

absl::StatusOr<std::string> ReadMessages(storage::Source source, Wanted wanted) {
  const std::string& user_id = wanted.reader.viewer.user_id;
  PLEXUS_ASSIGN_OR_RETURN(RoomView view, LookAt(source, wanted.room_id, user_id));
  PLEXUS_ASSIGN_OR_RETURN(wanted.scan.from, StartOf(source, view, wanted));
  if (!wanted.to.empty()) {
    PLEXUS_ASSIGN_OR_RETURN(wanted.scan.to, PlaceOfToken(source, view.room, wanted.to));
  }
  PLEXUS_ASSIGN_OR_RETURN(ScannedPage page, ScanTimeline(source, view, user_id, wanted.scan));
  std::string body = R"({"start":)";
  json::AppendString(body, wanted.from.empty() ? matrix::EncodeTopologicalToken(wanted.scan.from) : wanted.from);
  if (page.next) {
    body += R"(,"end":)";
    json::AppendString(body, matrix::EncodeTopologicalToken(*page.next));
  }
  PLEXUS_RETURN_IF_ERROR(AppendLazyMembers(body, source, wanted, page.events));
  body += R"(,"chunk":)";
  PLEXUS_RETURN_IF_ERROR(AppendTimeline(body, source, wanted.reader, std::move(page.events)));
  body += '}';
  return body;
}

}  // namespace

PLEXUS_ROOM_HANDLER(GetMessages) {
  PLEXUS_CO_ASSIGN_OR_RETURN(Wanted wanted, ParseWanted(request, ReaderOf(tenant, request.requester())));
  auto read = [wanted](storage::Session& session) { return ReadMessages(session, wanted); };
  PLEXUS_CO_ASSIGN_OR_RETURN(std::string body, co_await tenant.Run(std::move(read)));
  co_return WithBody<v1::GetMessagesResponse>(std::move(body));
}

}  // namespace plexus::room
