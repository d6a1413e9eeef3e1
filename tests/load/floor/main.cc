// plexus_floor --postgres=CONNECTION --redis=SOCKET [--port=N] [--threads=N] [--hops]: see floor.h. Prints "ready PORT"
// and runs until SIGINT or SIGTERM.
#include <signal.h>

#include <cstdio>
#include <string>

#include "tests/load/flags.h"
#include "tests/load/floor/floor.h"

namespace plexus::floor {
namespace {

sigset_t BlockStopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);
  return signals;
}

absl::StatusOr<FloorOptions> ReadOptions(int argc, char** argv) {
  load::Flags flags(argc, argv);
  FloorOptions options;
  int port = 0;
  flags.Text("postgres", &options.postgres);
  flags.Text("redis", &options.redis_socket);
  flags.Integer("port", &port, 0, 65535);
  flags.Integer("threads", &options.threads, 0, 256);
  flags.Boolean("hops", &options.hops);
  options.port = static_cast<uint16_t>(port);
  if (absl::Status status = flags.Finish(); !status.ok()) return status;
  if (options.postgres.empty() || options.redis_socket.empty()) {
    return absl::InvalidArgumentError("--postgres and --redis are needed");
  }
  return options;
}

int Main(int argc, char** argv) {
  sigset_t signals = BlockStopSignals();
  absl::StatusOr<FloorOptions> options = ReadOptions(argc, argv);
  absl::StatusOr<std::unique_ptr<Floor>> floor =
      options.ok() ? Floor::Start(*std::move(options)) : absl::StatusOr<std::unique_ptr<Floor>>(options.status());
  if (!floor.ok()) {
    std::fprintf(stderr, "plexus_floor: %s\n", std::string(floor.status().message()).c_str());
    return 1;
  }
  std::printf("ready %d\n", (*floor)->port());
  std::fflush(stdout);
  int received = 0;
  sigwait(&signals, &received);
  return 0;
}

}  // namespace
}  // namespace plexus::floor

int main(int argc, char** argv) { return plexus::floor::Main(argc, argv); }
