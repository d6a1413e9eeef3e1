#include "tests/load/chat/options.h"

#include "absl/strings/numbers.h"
#include "tests/load/flags.h"

namespace plexus::load {

const char kUsage[] = R"(plexus_load --url=URL [flag…]   loads a Matrix homeserver and reports what it did
  --url=URL            http://host:port, https://host:port or unix:/path
  --target=WHAT        matrix (default) or floor (tests/load/floor)
  --secret=TEXT        register users with the shared secret instead of openly
  --senders=N          users that send, in closed loop unless --rate is given (1)
  --rooms=N            (1)
  --readers=N          users that sync, each in every room (1)
  --rate=EVENTS        events a second in all; latencies then count from when each was due
  --seconds=N          measured (10), after --warmup=N seconds (1)
  --bytes=N            length of a message's text (100)
  --pid=NAME:PID       report CPU and memory of a process and its children; may be repeated
  --json               print JSON
)";

absl::StatusOr<Options> ReadOptions(int argc, char** argv) {
  Flags flags(argc, argv);
  Options options;
  std::string rate;
  flags.Text("url", &options.url);
  flags.Text("target", &options.target);
  flags.Text("secret", &options.registration_secret);
  flags.Integer("senders", &options.senders, 1, 10'000);
  flags.Integer("rooms", &options.rooms, 1, 100'000);
  flags.Integer("readers", &options.readers, 0, 10'000);
  flags.Integer("seconds", &options.seconds, 1, 3600);
  flags.Integer("warmup", &options.warmup_seconds, 0, 3600);
  flags.Integer("bytes", &options.bytes, 1, 30'000);
  flags.Text("rate", &rate);
  flags.Boolean("json", &options.json);
  flags.Texts("pid", &options.pids);
  if (absl::Status status = flags.Finish(); !status.ok()) return status;
  if (options.url.empty()) return absl::InvalidArgumentError("--url is needed");
  if (options.target != "matrix" && options.target != "floor") {
    return absl::InvalidArgumentError("--target: matrix or floor");
  }
  if (!rate.empty() && (!absl::SimpleAtod(rate, &options.rate) || !(options.rate > 0 && options.rate <= 1e6))) {
    return absl::InvalidArgumentError("--rate: more than 0, at most 1000000");
  }
  return options;
}

}  // namespace plexus::load
