// plexus: the homeserver and its tools.
#include <sodium.h>

#include <cstdio>
#include <string>

#include "plexus/command.h"

namespace plexus {
namespace {

struct Command {
  const char* name;
  absl::Status (*run)(const Words&);
  const char* usage;
};

constexpr Command kCommands[] = {
    {"serve", Serve, "--config=FILE [--roles=gateway,sync,…]   run the server, or some of its roles"},
    {"migrate", Migrate, "--config=FILE   create or upgrade the database of every tenant in the file"},
    {"keygen", Keygen, "--out=FILE   make a signing key; an existing file is kept"},
    {"register-user", RegisterUser,
     "--config=FILE --user=NAME [--password=…|--password-file=F] [--admin] [--server-name=…]"},
    {"tenant", Tenant, "add|remove|list --rpc=ADDRESS|--config=FILE [--secret-file=F] [--file=YAML] [--server-name=…]"},
};

int Usage() {
  std::fprintf(stderr, "usage: plexus COMMAND …\n");
  for (const Command& command : kCommands) std::fprintf(stderr, "  plexus %s %s\n", command.name, command.usage);
  return 2;
}

int Main(int argc, char** argv) {
  if (sodium_init() < 0 || argc < 2) return Usage();
  for (const Command& command : kCommands) {
    if (std::string(argv[1]) != command.name) continue;
    absl::Status status = command.run(Words(argv + 2, argv + argc));
    if (status.ok()) return 0;
    std::fprintf(stderr, "plexus %s: %s\n", command.name, std::string(status.message()).c_str());
    return ExitCode(status);
  }
  return Usage();
}

}  // namespace
}  // namespace plexus

int main(int argc, char** argv) { return plexus::Main(argc, argv); }
