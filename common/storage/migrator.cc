#include "common/storage/migrator.h"

#include <string>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/base/random.h"
#include "common/base/status_macros.h"
#include "common/storage/sql_error.h"

namespace plexus::storage {
namespace {

constexpr char kBookkeeping[] = R"sql(
CREATE TABLE IF NOT EXISTS schema_version (
    version         integer     PRIMARY KEY,
    name            text        NOT NULL,
    requires_binary integer     NOT NULL DEFAULT 0,
    complete        boolean     NOT NULL DEFAULT false,
    progress        text        NOT NULL DEFAULT '',   -- last key that a backfill has done
    changed_at      timestamptz NOT NULL DEFAULT now()
))sql";
constexpr char kReadStep[] = "SELECT complete, progress FROM schema_version WHERE version = $1";
constexpr char kBeginStep[] =
    "INSERT INTO schema_version (version, name, requires_binary) VALUES ($1, $2, $3) ON CONFLICT (version) DO NOTHING";
constexpr char kSaveProgress[] = "UPDATE schema_version SET progress = $2, changed_at = now() WHERE version = $1";
constexpr char kCompleteStep[] = "UPDATE schema_version SET complete = true, changed_at = now() WHERE version = $1";

constexpr char kSharedSchema[] = R"sql(
CREATE SCHEMA IF NOT EXISTS plexus;
-- One row a process, renewed a few times in each lease's time. It is what keeps all its leases alive: without the row
-- they belong to nobody. Small and often updated: pages keep room, and vacuum comes early.
CREATE TABLE IF NOT EXISTS plexus.process (
    id         text        PRIMARY KEY,          -- of one incarnation
    beat       bigint      NOT NULL DEFAULT 0,
    address    text        NOT NULL,             -- "host:port", "unix:/path", or ''
    roles      text[]      NOT NULL,
    started_at timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 20, autovacuum_vacuum_threshold = 200, autovacuum_vacuum_scale_factor = 0);
)sql";

constexpr char kInsertMeta[] = R"sql(
INSERT INTO meta (key, value) VALUES ('server_name', $1), ('room_shards', $2), ('user_shards', $3), ('timeline', $4),
  ('feature_level', '1') ON CONFLICT (key) DO NOTHING)sql";
constexpr char kInsertShards[] = R"sql(
INSERT INTO shard (kind, id)
SELECT m.kind, n FROM (SELECT CASE key WHEN 'room_shards' THEN 1 ELSE 2 END AS kind, value::integer AS shards
                       FROM meta WHERE key IN ('room_shards', 'user_shards')) m, generate_series(0, m.shards - 1) n
ON CONFLICT (kind, id) DO NOTHING)sql";

// The first half of the key says "Plexus migrates", the second which schema.
constexpr char kTryLock[] = "SELECT pg_try_advisory_lock(1347571800, hashtext($1)) AS locked";
constexpr char kUnlock[] = "SELECT pg_advisory_unlock(1347571800, hashtext($1))";
constexpr absl::Duration kLockPoll = absl::Milliseconds(50);

absl::Status WaitForLock(Session& session, const std::string& key, absl::Duration timeout) {
  for (absl::Time deadline = absl::Now() + timeout;; absl::SleepFor(kLockPoll)) {
    PLEXUS_ASSIGN_OR_RETURN(pqxx::result rows, session.Query(kTryLock, key));
    if (rows[0]["locked"].as<bool>()) return absl::OkStatus();
    if (absl::Now() < deadline) continue;
    return absl::UnavailableError(absl::StrCat("another process is migrating schema \"", key, "\""));
  }
}

// Runs the steps of one schema; the lock is held.
class Migrator {
 public:
  Migrator(Session& session, const SchemaParameters& parameters, const MigratorOptions& options)
      : session_(session), parameters_(parameters), options_(options) {}

  absl::Status Apply(const Migration& migration) {
    PLEXUS_ASSIGN_OR_RETURN(pqxx::result step, session_.Query(kReadStep, migration.version));
    if (!step.empty() && step[0]["complete"].as<bool>()) return absl::OkStatus();
    absl::Status status = Run(migration, step.empty() ? "" : step[0]["progress"].as<std::string>());
    if (status.ok()) return status;
    absl::Status named(status.code(),
                       absl::StrCat("migration ", migration.version, "_", migration.name, ": ", status.message()));
    status.ForEachPayload([&](std::string_view url, const absl::Cord& payload) { named.SetPayload(url, payload); });
    return named;
  }

 private:
  absl::Status Run(const Migration& migration, std::string progress) {
    if (migration.mode == MigrationMode::kTransaction) return RunInTransaction(migration);
    PLEXUS_RETURN_IF_ERROR(
        session_.Query(kBeginStep, migration.version, migration.name, migration.requires_binary).status());
    if (migration.mode == MigrationMode::kOnline) PLEXUS_RETURN_IF_ERROR(RunOnline(migration));
    if (migration.mode == MigrationMode::kBackfill) PLEXUS_RETURN_IF_ERROR(RunBackfill(migration, progress));
    return session_.Query(kCompleteStep, migration.version).status();
  }

  absl::Status RunInTransaction(const Migration& migration) {
    return RetryLocks([&] {
      return session_.InTransaction([&](Transaction& transaction) -> absl::Status {
        PLEXUS_RETURN_IF_ERROR(transaction.Execute(migration.sql).status());
        PLEXUS_RETURN_IF_ERROR(
            transaction.Query(kBeginStep, migration.version, migration.name, migration.requires_binary).status());
        if (migration.version == 1) PLEXUS_RETURN_IF_ERROR(InsertParameters(transaction));
        return transaction.Query(kCompleteStep, migration.version).status();
      });
    });
  }

  absl::Status RunOnline(const Migration& migration) {
    for (const std::string& statement : SplitStatements(migration.sql)) {
      PLEXUS_RETURN_IF_ERROR(RetryLocks([&] { return session_.Execute(statement).status(); }));
    }
    return absl::OkStatus();
  }

  absl::Status RunBackfill(const Migration& migration, std::string progress) {
    for (bool done = false; !done;) {
      PLEXUS_RETURN_IF_ERROR(RetryLocks([&] {
        return session_.InTransaction([&](Transaction& transaction) -> absl::Status {
          PLEXUS_ASSIGN_OR_RETURN(pqxx::result rows,
                                  transaction.Query(migration.sql, progress, options_.backfill_batch));
          done = rows.empty() || rows[0][0].is_null();
          if (done) return absl::OkStatus();
          progress = rows[0][0].as<std::string>();
          return transaction.Query(kSaveProgress, migration.version, progress).status();
        });
      }));
    }
    return absl::OkStatus();
  }

  // The tenant's own rows, in the transaction of the first migration: a schema with tables has its parameters.
  absl::Status InsertParameters(Transaction& transaction) {
    PLEXUS_RETURN_IF_ERROR(transaction
                               .Query(kInsertMeta, parameters_.server_name, absl::StrCat(parameters_.room_shards),
                                      absl::StrCat(parameters_.user_shards), absl::StrCat(RandomId()))
                               .status());
    return transaction.Query(kInsertShards).status();
  }

  template <typename F>
  absl::Status RetryLocks(F run) {
    for (int attempt = 1;; ++attempt) {
      absl::Status status = run();
      bool lock_timeout = SqlStateOf(status) == "55P03";
      if (!lock_timeout || attempt == options_.lock_attempts) return status;
      absl::SleepFor(options_.lock_timeout / 2);
    }
  }

  Session& session_;
  const SchemaParameters& parameters_;
  const MigratorOptions& options_;
};

absl::Status ApplyLocked(Session& session, const SchemaName& schema, const SchemaParameters& parameters,
                         std::span<const Migration> migrations, const MigratorOptions& options) {
  PLEXUS_RETURN_IF_ERROR(session.Execute(absl::StrCat("CREATE SCHEMA IF NOT EXISTS ", schema.quoted())).status());
  PLEXUS_RETURN_IF_ERROR(session.Execute(kBookkeeping).status());
  Migrator migrator(session, parameters, options);
  for (const Migration& migration : migrations) PLEXUS_RETURN_IF_ERROR(migrator.Apply(migration));
  return absl::OkStatus();
}

}  // namespace

absl::Status ApplyMigrations(Session& session, const SchemaName& schema, const SchemaParameters& parameters,
                             std::span<const Migration> migrations, const MigratorOptions& options) {
  // Session settings of this work only: a migration may take long, but not while it holds others up.
  PLEXUS_RETURN_IF_ERROR(session
                             .Execute(absl::StrCat("SET statement_timeout = 0; SET lock_timeout = ",
                                                   absl::ToInt64Milliseconds(options.lock_timeout)))
                             .status());
  PLEXUS_RETURN_IF_ERROR(WaitForLock(session, schema.name(), options.migrator_timeout));
  absl::Status status = ApplyLocked(session, schema, parameters, migrations, options);
  // Restores the settings and gives the lock back, even if the connection had been replaced.
  session.Query(kUnlock, schema.name()).IgnoreError();
  session.Reconnect().IgnoreError();
  return status;
}

absl::Status CreateSharedSchema(Session& session) {
  PLEXUS_RETURN_IF_ERROR(WaitForLock(session, SchemaName::Shared().name(), absl::Minutes(1)));
  absl::Status status = session.Execute(kSharedSchema).status();
  session.Query(kUnlock, SchemaName::Shared().name()).IgnoreError();
  return status;
}

}  // namespace plexus::storage
