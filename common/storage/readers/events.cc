#include "common/storage/readers/events.h"

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/storage/array.h"
#include "common/storage/readers/event_columns.h"

namespace plexus::storage {
namespace {

const std::string kByNid =
    absl::StrCat("SELECT ", kEventColumns, " FROM event e ", kEventJoins, " WHERE e.event_nid = ANY($1::bigint[])");
const std::string kById =
    absl::StrCat("SELECT ", kEventColumns, " FROM event e ", kEventJoins, " WHERE e.event_id = ANY($1::text[])");

// Event number 0 does not exist, so that what is not there joins with nothing.
constexpr std::string_view kUnsigned = R"sql(
SELECT w.nid, coalesce(t.txn_id, ''), coalesce(re.event_id, ''), coalesce(rb.json, ''),
       coalesce(pe.event_id, ''), coalesce(pe.sender, ''), coalesce(pb.json, '')
FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) AS w(nid, redacted_by, replaces)
LEFT JOIN client_transaction t ON t.event_nid = w.nid AND t.user_id = $4 AND t.device_id = $5
LEFT JOIN event re ON re.event_nid = w.redacted_by
LEFT JOIN event_body rb ON rb.event_nid = w.redacted_by
LEFT JOIN event pe ON pe.event_nid = w.replaces
LEFT JOIN event_body pb ON pb.event_nid = w.replaces)sql";

StoredUnsigned ReadUnsigned(const pqxx::row& row) {
  StoredUnsigned extra;
  extra.transaction_id = Text(row[1]);
  extra.redaction_id = Text(row[2]);
  extra.redaction_json = Text(row[3]);
  extra.replaced_id = Text(row[4]);
  extra.replaced_sender = Text(row[5]);
  extra.replaced_json = Text(row[6]);
  return extra;
}

}  // namespace

absl::StatusOr<std::vector<StoredEvent>> EventsByNid(Source source, std::span<const int64_t> nids) {
  if (nids.empty()) return std::vector<StoredEvent>();
  PLEXUS_ASSIGN_OR_RETURN(pqxx::result rows, source.Query(kByNid, BigintArray(nids)));
  return ReadEvents(rows);
}

absl::StatusOr<std::vector<StoredEvent>> EventsById(Source source, std::span<const std::string> event_ids) {
  if (event_ids.empty()) return std::vector<StoredEvent>();
  PLEXUS_ASSIGN_OR_RETURN(pqxx::result rows, source.Query(kById, TextArray(event_ids)));
  return ReadEvents(rows);
}

absl::Status AddUnsigned(Source source, const Viewer& viewer, std::span<StoredEvent> events) {
  std::vector<int64_t> nids, redacted_by, replaces;
  for (const StoredEvent& event : events) {
    nids.push_back(event.nid);
    redacted_by.push_back(event.redacted_by);
    replaces.push_back(event.replaces_nid);
  }
  if (nids.empty()) return absl::OkStatus();
  PLEXUS_ASSIGN_OR_RETURN(pqxx::result rows, source.Query(kUnsigned, BigintArray(nids), BigintArray(redacted_by),
                                                          BigintArray(replaces), viewer.user_id, viewer.device_id));
  absl::flat_hash_map<int64_t, StoredUnsigned> extras;
  for (const pqxx::row& row : rows) extras[row[0].as<int64_t>()] = ReadUnsigned(row);
  for (StoredEvent& event : events) event.extra = extras[event.nid];
  return absl::OkStatus();
}

}  // namespace plexus::storage
