#include "common/bus/testing/redis_process.h"

#include <fcntl.h>
#include <hiredis/hiredis.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"

extern char** environ;

namespace plexus::bus::testing {
namespace {

constexpr std::chrono::seconds kStartTimeout{20};
constexpr timeval kCommandTimeout{2, 0};

[[noreturn]] void Abort(const std::string& what) {
  fprintf(stderr, "RedisProcess: %s\n", what.c_str());
  abort();
}

pid_t Spawn(const std::vector<std::string>& arguments, const std::string& log) {
  std::vector<char*> argv;
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 1, log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  posix_spawn_file_actions_adddup2(&actions, 1, 2);
  pid_t pid = -1;
  int error = posix_spawnp(&pid, argv[0], &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) Abort(absl::StrCat("cannot start ", arguments[0]));
  return pid;
}

std::string Text(const redisReply* reply) {
  if (reply == nullptr) return "(no reply)";
  if (reply->type == REDIS_REPLY_INTEGER) return absl::StrCat(reply->integer);
  if (reply->type != REDIS_REPLY_ARRAY) return std::string(reply->str, reply->len);
  std::string lines;
  for (size_t i = 0; i < reply->elements; ++i) absl::StrAppend(&lines, i > 0 ? "\n" : "", Text(reply->element[i]));
  return lines;
}

}  // namespace

RedisProcess::RedisProcess(std::string password) : password_(std::move(password)) {
  char pattern[] = "/tmp/plexus-redis-XXXXXX";
  if (mkdtemp(pattern) == nullptr) Abort("mkdtemp failed");
  directory_ = pattern;
  Start();
}

RedisProcess::~RedisProcess() {
  Kill();
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

void RedisProcess::Start() {
  if (pid_ != -1) Abort("already running");
  // The server dies with the thread that started it, so that a killed test leaves none behind.
  std::vector<std::string> arguments{
      "setpriv",  "--pdeathsig", "KILL", "redis-server", "--port", "0", "--unixsocket", endpoint().socket, "--dir",
      directory_, "--save",      "",     "--appendonly", "no"};
  if (!password_.empty()) arguments.insert(arguments.end(), {"--requirepass", password_});
  pid_ = Spawn(arguments, directory_ + "/log");
  auto give_up = std::chrono::steady_clock::now() + kStartTimeout;
  while (Cli("PING") != "PONG") {
    if (std::chrono::steady_clock::now() > give_up) Abort("redis-server does not answer");
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

void RedisProcess::Kill() {
  if (pid_ == -1) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

void RedisProcess::Pause() { kill(pid_, SIGSTOP); }
void RedisProcess::Continue() { kill(pid_, SIGCONT); }

void RedisProcess::FlushAll() {
  if (Cli("FLUSHALL") != "OK") Abort("FLUSHALL failed");
  if (Cli("SCRIPT FLUSH") != "OK") Abort("SCRIPT FLUSH failed");
}

std::string RedisProcess::Cli(const std::string& command) {
  std::unique_ptr<redisContext, void (*)(redisContext*)> redis(
      redisConnectUnixWithTimeout(endpoint().socket.c_str(), kCommandTimeout), redisFree);
  if (redis == nullptr || redis->err != 0) return "(no connection)";
  redisSetTimeout(redis.get(), kCommandTimeout);
  auto run = [&redis](const std::string& text) {
    std::unique_ptr<void, void (*)(void*)> reply(redisCommand(redis.get(), text.c_str()), freeReplyObject);
    return Text(static_cast<redisReply*>(reply.get()));
  };
  if (!password_.empty()) run("AUTH " + password_);
  return run(command);
}

RedisEndpoint RedisProcess::endpoint() const { return {.socket = directory_ + "/s", .password = password_}; }

RedisEndpoint SharedRedis() {
  const char* socket = std::getenv("PLEXUS_TEST_REDIS");
  if (socket != nullptr && *socket != '\0') return {.socket = socket};
  static RedisProcess process;
  return process.endpoint();
}

}  // namespace plexus::bus::testing
