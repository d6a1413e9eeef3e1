#include "tests/integration/testing/resources.h"

#include <hiredis/hiredis.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <pqxx/pqxx>
#include <sstream>
#include <thread>

namespace plexus::integration {
namespace {

int CountEntries(const char* directory) {
  int count = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(directory)) ++count;
  return count;
}

// gRPC keeps a pool of threads for the whole process, which grows and shrinks by itself.
bool BelongsToGrpc(const std::string& thread) {
  for (const char* name : {"grpc", "default-execut", "resolver-execu", "event_engine", "timer_manager"}) {
    if (thread.starts_with(name)) return true;
  }
  return false;
}

int CountThreads() {
  int count = 0;
  for (const auto& task : std::filesystem::directory_iterator("/proc/self/task")) {
    std::string name;
    std::getline(std::ifstream(task.path() / "comm") >> std::ws, name);
    if (!BelongsToGrpc(name)) ++count;
  }
  return count;
}

void CountPostgres(const std::string& database, Resources& out) {
  pqxx::connection connection(database);
  pqxx::nontransaction work(connection);
  out.postgres_connections =
      work.exec1(
              "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")[0]
          .as<int>();
  if (!work.exec1("SELECT to_regclass('plexus.process') IS NOT NULL")[0].as<bool>()) return;
  out.processes = work.exec1("SELECT count(*) FROM plexus.process")[0].as<int>();
  for (const pqxx::row& row : work.exec("SELECT schemaname FROM pg_tables WHERE tablename = 'shard'")) {
    const std::string table = work.quote_name(row[0].as<std::string>()) + ".shard";
    out.owned_shards += work.exec1("SELECT count(*) FROM " + table + " WHERE owner IS NOT NULL")[0].as<int>();
  }
}

void CountRedis(const std::string& socket, Resources& out) {
  std::unique_ptr<redisContext, void (*)(redisContext*)> redis(redisConnectUnix(socket.c_str()), redisFree);
  if (redis == nullptr || redis->err != 0) return;
  auto command = [&](const char* text) {
    return std::unique_ptr<redisReply, void (*)(void*)>(static_cast<redisReply*>(redisCommand(redis.get(), text)),
                                                        freeReplyObject);
  };
  auto clients = command("CLIENT LIST");
  std::istringstream lines(std::string(clients->str, clients->len));
  out.redis_clients = -1;
  for (std::string line; std::getline(lines, line);) ++out.redis_clients;
  out.redis_channels = static_cast<int>(command("PUBSUB CHANNELS")->elements);
}

Resources CountOnce(const std::string& database, const std::string& redis_socket) {
  Resources out;
  out.threads = CountThreads();
  out.descriptors = CountEntries("/proc/self/fd");
  CountPostgres(database, out);
  CountRedis(redis_socket, out);
  return out;
}

}  // namespace

std::ostream& operator<<(std::ostream& out, const Resources& r) {
  return out << "threads " << r.threads << ", descriptors " << r.descriptors << ", postgres " << r.postgres_connections
             << ", processes " << r.processes << ", owned shards " << r.owned_shards << ", redis clients "
             << r.redis_clients << ", redis channels " << r.redis_channels;
}

Resources CountResources(const std::string& database, const std::string& redis_socket) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(2);
  Resources before = CountOnce(database, redis_socket);
  while (std::chrono::steady_clock::now() < until) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    Resources now = CountOnce(database, redis_socket);
    if (now == before) return now;
    before = now;
  }
  return before;
}

}  // namespace plexus::integration
