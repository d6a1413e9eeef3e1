// plexus_probe --postgres=CONNECTION --redis=SOCKET [--seconds=N]: what one single-row commit and one Redis publication
// cost by themselves, one at a time. Prints JSON; durations in microseconds.
#include <hiredis/hiredis.h>

#include <cstdio>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/base/clock.h"
#include "common/base/status_macros.h"
#include "common/storage/database.h"
#include "tests/load/chat/histogram.h"
#include "tests/load/flags.h"

namespace plexus::load {
namespace {

constexpr char kMakeTableSql[] = R"sql(
  DROP SCHEMA IF EXISTS probe CASCADE;
  CREATE SCHEMA probe;
  CREATE TABLE probe.event (position bigint PRIMARY KEY, content text NOT NULL);
)sql";
constexpr char kInsertSql[] = "INSERT INTO event (position, content) VALUES ($1::bigint, $2::text)";
constexpr int kPayloadBytes = 200;

int64_t Now() { return RealClock().BootNanos(); }

// Inserts until `seconds` have passed, each row committed by itself, on the connection's own thread.
absl::StatusOr<Histogram> MeasureCommits(const std::string& postgres, int seconds) {
  storage::DatabaseOptions options;
  options.connection_string = postgres;
  PLEXUS_ASSIGN_OR_RETURN(auto database, storage::Database::Create(std::move(options)));
  auto make = [](storage::Session& session) { return session.Execute(kMakeTableSql).status(); };
  PLEXUS_RETURN_IF_ERROR(database->RunBlocking(storage::SchemaName::Shared(), make));
  PLEXUS_ASSIGN_OR_RETURN(storage::SchemaName schema, storage::SchemaName::Parse("probe"));
  auto insert = [seconds](storage::Session& session) -> absl::StatusOr<Histogram> {
    const std::string content(kPayloadBytes, 'x');
    Histogram histogram;
    const int64_t until = Now() + seconds * int64_t{1'000'000'000};
    for (int64_t position = 1; Now() < until; ++position) {
      const int64_t begin = Now();
      PLEXUS_RETURN_IF_ERROR(session.Query(kInsertSql, position, content).status());
      histogram.Add(Now() - begin);
    }
    return histogram;
  };
  return database->RunBlocking(schema, insert);
}

struct FreeContext {
  void operator()(redisContext* context) const { redisFree(context); }
};
using Redis = std::unique_ptr<redisContext, FreeContext>;

absl::StatusOr<Redis> ConnectRedis(const std::string& socket) {
  Redis redis(redisConnectUnix(socket.c_str()));
  if (redis == nullptr || redis->err != 0) return absl::UnavailableError(absl::StrCat("no Redis at ", socket));
  return redis;
}

absl::Status TakeReply(redisContext* redis) {
  void* reply = nullptr;
  if (redisGetReply(redis, &reply) != REDIS_OK) return absl::UnavailableError("Redis has gone away");
  freeReplyObject(reply);
  return absl::OkStatus();
}

// Sends what has been appended to the output buffer.
absl::Status Flush(redisContext* redis) {
  for (int done = 0; done == 0;) {
    if (redisBufferWrite(redis, &done) != REDIS_OK) return absl::UnavailableError("Redis has gone away");
  }
  return absl::OkStatus();
}

// From before a publication until another connection has it.
absl::StatusOr<Histogram> MeasurePublications(const std::string& socket, int seconds) {
  PLEXUS_ASSIGN_OR_RETURN(Redis publisher, ConnectRedis(socket));
  PLEXUS_ASSIGN_OR_RETURN(Redis subscriber, ConnectRedis(socket));
  redisAppendCommand(subscriber.get(), "SUBSCRIBE plexus-probe");
  PLEXUS_RETURN_IF_ERROR(TakeReply(subscriber.get()));
  const std::string payload(kPayloadBytes, 'x');
  Histogram histogram;
  const int64_t until = Now() + seconds * int64_t{1'000'000'000};
  while (Now() < until) {
    const int64_t begin = Now();
    redisAppendCommand(publisher.get(), "PUBLISH plexus-probe %b", payload.data(), payload.size());
    PLEXUS_RETURN_IF_ERROR(Flush(publisher.get()));
    PLEXUS_RETURN_IF_ERROR(TakeReply(subscriber.get()));
    histogram.Add(Now() - begin);
    PLEXUS_RETURN_IF_ERROR(TakeReply(publisher.get()));
  }
  return histogram;
}

std::string Json(const Histogram& histogram) {
  return absl::StrFormat(R"({"p50_us":%.1f,"p99_us":%.1f})", static_cast<double>(histogram.Quantile(0.5)) / 1000,
                         static_cast<double>(histogram.Quantile(0.99)) / 1000);
}

absl::Status Run(int argc, char** argv) {
  Flags flags(argc, argv);
  std::string postgres, redis;
  int seconds = 2;
  flags.Text("postgres", &postgres);
  flags.Text("redis", &redis);
  flags.Integer("seconds", &seconds, 1, 60);
  PLEXUS_RETURN_IF_ERROR(flags.Finish());
  PLEXUS_ASSIGN_OR_RETURN(Histogram commits, MeasureCommits(postgres, seconds));
  PLEXUS_ASSIGN_OR_RETURN(Histogram publications, MeasurePublications(redis, seconds));
  std::printf(R"({"commit":%s,"publication":%s})"
              "\n",
              Json(commits).c_str(), Json(publications).c_str());
  return absl::OkStatus();
}

}  // namespace
}  // namespace plexus::load

int main(int argc, char** argv) {
  const absl::Status status = plexus::load::Run(argc, argv);
  if (!status.ok()) std::fprintf(stderr, "plexus_probe: %s\n", std::string(status.message()).c_str());
  return status.ok() ? 0 : 1;
}
