#include "common/storage/readers/timeline.h"

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/storage/array.h"
#include "common/storage/readers/event_columns.h"

namespace plexus::storage {
namespace {

const std::string kNewest = absl::StrCat("SELECT ", kEventColumns, R"sql(
  FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[]) WITH ORDINALITY
    AS w(room_nid, after, upto, wanted, place)
  CROSS JOIN LATERAL (
    SELECT * FROM event
    WHERE room_nid = w.room_nid AND position > w.after AND position <= w.upto AND position IS NOT NULL
      AND NOT soft_failed
    ORDER BY position DESC LIMIT w.wanted) e )sql",
                                         kEventJoins, " ORDER BY w.place, e.position DESC");

const std::string kBefore = absl::StrCat("SELECT ", kEventColumns, " FROM event e ", kEventJoins, R"sql(
  WHERE e.room_nid = $1 AND NOT e.outlier AND (e.depth, e.event_nid) < ($2, $3)
    AND NOT e.soft_failed AND e.rejected IS NULL
  ORDER BY e.depth DESC, e.event_nid DESC LIMIT $4)sql");

const std::string kAfter = absl::StrCat("SELECT ", kEventColumns, " FROM event e ", kEventJoins, R"sql(
  WHERE e.room_nid = $1 AND NOT e.outlier AND (e.depth, e.event_nid) > ($2, $3)
    AND NOT e.soft_failed AND e.rejected IS NULL
  ORDER BY e.depth, e.event_nid LIMIT $4)sql");

constexpr std::string_view kPlace = R"sql(
SELECT depth, event_nid FROM event
WHERE room_nid = $1 AND position <= $2 AND position IS NOT NULL ORDER BY position DESC LIMIT 1
)sql";

}  // namespace

absl::StatusOr<std::vector<StoredEvent>> NewestInRanges(Source source, std::span<const TimelineRange> ranges) {
  if (ranges.empty()) return std::vector<StoredEvent>();
  std::vector<int64_t> rooms, after, upto, limits;
  for (const TimelineRange& range : ranges) {
    rooms.push_back(range.room_nid);
    after.push_back(range.after);
    upto.push_back(range.upto);
    limits.push_back(range.limit);
  }
  PLEXUS_ASSIGN_OR_RETURN(pqxx::result rows, source.Query(kNewest, BigintArray(rooms), BigintArray(after),
                                                          BigintArray(upto), BigintArray(limits)));
  return ReadEvents(rows);
}

absl::StatusOr<std::vector<StoredEvent>> EventsBefore(Source source, int64_t room_nid, TopologicalPlace place,
                                                      int64_t limit) {
  PLEXUS_ASSIGN_OR_RETURN(pqxx::result rows, source.Query(kBefore, room_nid, place.depth, place.nid, limit));
  return ReadEvents(rows);
}

absl::StatusOr<std::vector<StoredEvent>> EventsAfter(Source source, int64_t room_nid, TopologicalPlace place,
                                                     int64_t limit) {
  PLEXUS_ASSIGN_OR_RETURN(pqxx::result rows, source.Query(kAfter, room_nid, place.depth, place.nid, limit));
  return ReadEvents(rows);
}

absl::StatusOr<TopologicalPlace> PlaceOfPosition(Source source, int64_t room_nid, int64_t position) {
  PLEXUS_ASSIGN_OR_RETURN(pqxx::result rows, source.Query(kPlace, room_nid, position));
  if (rows.empty()) return TopologicalPlace::Start();
  return TopologicalPlace{rows[0][0].as<int64_t>(), rows[0][1].as<int64_t>() + 1};
}

}  // namespace plexus::storage
