#include "services/account/storage/uia_sessions.h"

#include <pqxx/binarystring>

#include "common/base/status_macros.h"
#include "common/storage/array.h"
#include "services/account/storage/hot_statements.h"

namespace plexus::account {

const std::string_view kSweepUiaSessions = R"sql(
  WITH gone AS (
    DELETE FROM uia_session
    WHERE session_id IN (SELECT session_id FROM uia_session WHERE expires_ts <= $1 ORDER BY expires_ts LIMIT $2)
    RETURNING registration_token),
  freed AS (
    SELECT registration_token AS token, count(*)::integer AS uses FROM gone WHERE registration_token <> '' GROUP BY 1),
  given_back AS (
    UPDATE registration_token r SET pending = greatest(r.pending - f.uses, 0) FROM freed f WHERE r.token = f.token)
  SELECT count(*) FROM gone)sql";

namespace {

constexpr std::string_view kInsert = R"sql(
  INSERT INTO uia_session (session_id, operation, completed, expires_ts) VALUES ($1, $2, $3::text[], $4))sql";

constexpr std::string_view kFind = R"sql(
  SELECT operation, result_user, expires_ts
  FROM uia_session WHERE session_id = $1 AND expires_ts > $2)sql";

constexpr std::string_view kStages = "SELECT unnest(completed) FROM uia_session WHERE session_id = $1";

constexpr std::string_view kCompleteStage = R"sql(
  UPDATE uia_session SET completed = array_append(completed, $2), registration_token = $3
  WHERE session_id = $1 AND NOT $2 = ANY(completed) RETURNING session_id)sql";

constexpr std::string_view kFinish = R"sql(
  WITH held AS (
    SELECT session_id, registration_token FROM uia_session WHERE session_id = $1 AND result_user = '' FOR UPDATE)
  UPDATE uia_session s SET result_user = $2, registration_token = ''
  FROM held h WHERE s.session_id = h.session_id RETURNING h.registration_token)sql";

constexpr std::string_view kDelete = "DELETE FROM uia_session WHERE session_id = $1";

std::string FromBytea(const pqxx::field& field) {
  const pqxx::binarystring bytes(field);
  return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

}  // namespace

absl::Status InsertUiaSession(storage::Source source, const UiaSession& session) {
  return source
      .Query(kInsert, session.session_id, storage::Bytes{session.operation}, storage::TextArray(session.completed),
             session.expires_ts)
      .status();
}

absl::StatusOr<std::optional<UiaSession>> FindUiaSession(storage::Source source, const std::string& session_id,
                                                         int64_t now_ms) {
  PLEXUS_ASSIGN_OR_RETURN(pqxx::result rows, source.Query(kFind, session_id, now_ms));
  if (rows.empty()) return std::nullopt;
  UiaSession session;
  session.session_id = session_id;
  session.operation = FromBytea(rows[0]["operation"]);
  session.result_user = rows[0]["result_user"].as<std::string>();
  session.expires_ts = rows[0]["expires_ts"].as<int64_t>();
  PLEXUS_ASSIGN_OR_RETURN(pqxx::result stages, source.Query(kStages, session_id));
  for (const pqxx::row& row : stages) session.completed.push_back(row[0].as<std::string>());
  return session;
}

absl::StatusOr<bool> CompleteUiaStage(storage::Source source, const std::string& session_id, const std::string& stage,
                                      const std::string& registration_token) {
  PLEXUS_ASSIGN_OR_RETURN(pqxx::result rows, source.Query(kCompleteStage, session_id, stage, registration_token));
  return !rows.empty();
}

absl::StatusOr<std::optional<std::string>> FinishUiaRegistration(storage::Source source, const std::string& session_id,
                                                                 const std::string& user_id) {
  PLEXUS_ASSIGN_OR_RETURN(pqxx::result rows, source.Query(kFinish, session_id, user_id));
  if (rows.empty()) return std::nullopt;
  return rows[0][0].as<std::string>();
}

absl::Status DeleteUiaSession(storage::Source source, const std::string& session_id) {
  return source.Query(kDelete, session_id).status();
}

absl::StatusOr<int64_t> SweepUiaSessions(storage::Source source, int64_t now_ms, int limit) {
  PLEXUS_ASSIGN_OR_RETURN(pqxx::result rows, source.Query(kSweepUiaSessions, now_ms, limit));
  return rows[0][0].as<int64_t>();
}

}  // namespace plexus::account
