// plexusctl: what operators do to a running Plexus.
#include <cstdio>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/base/matrix_error.h"
#include "plexus/ctl/commands.h"

namespace plexus::ctl {
namespace {

struct Entry {
  const char* name;
  absl::Status (*run)(const Command&);
  std::set<std::string> options;
  std::set<std::string> switches;
  const char* usage;
};

const std::vector<Entry>& Entries() {
  static const auto* const entries = new std::vector<Entry>{
      {"health", Health, {}, {}, "health                       every process, its roles, and whether it serves"},
      {"tenants",
       Tenants,
       {},
       {},
       "tenants [list]               the homeservers\n"
       "  tenants status NAME          one of them, process by process\n"
       "  tenants add FILE             an entry of the configuration's tenants, in every process\n"
       "  tenants remove NAME          in every process; its data stay"},
      {"shards", Shards, {}, {}, "shards [NAME]                owners, epochs and log heads"},
      {"users",
       Users,
       {"tenant", "limit", "password", "password-file"},
       {"admin"},
       "users [list] [--limit=N]     the accounts of a tenant\n"
       "  users show NAME              one of them\n"
       "  users register NAME [--password-file=F] [--admin]"},
      {"services", Services, {}, {}, "services                     what can be called"},
      {"describe", Describe, {}, {}, "describe SYMBOL              a service, SERVICE/METHOD or message"},
      {"call", Call, {"tenant"}, {}, "call SERVICE/METHOD [JSON]   any RPC; - reads the JSON from standard input"},
  };
  return *entries;
}

std::string Usage() {
  std::string text =
      "usage: plexusctl COMMAND … --rpc=ADDRESS|--config=FILE [--secret-file=FILE] [--json] [--timeout=SECONDS]\n";
  for (const Entry& entry : Entries()) absl::StrAppend(&text, "  ", entry.usage, "\n");
  return text + "users and call take --tenant=NAME where there are several tenants\n";
}

absl::Status Run(const Entry& entry, const Words& words) {
  std::set<std::string> options = Installation::Options();
  options.insert(entry.options.begin(), entry.options.end());
  std::set<std::string> switches = entry.switches;
  switches.insert("json");
  absl::StatusOr<Arguments> arguments = ParseArguments(words, options, switches);
  if (!arguments.ok()) return arguments.status();
  absl::StatusOr<std::unique_ptr<Installation>> plexus = Installation::Open(*arguments);
  if (!plexus.ok()) return plexus.status();
  return entry.run({*std::move(arguments), **plexus});
}

// "NOT_FOUND: no such room (M_NOT_FOUND)"; of wrong arguments the message alone.
std::string Explain(const absl::Status& status) {
  if (IsUsageError(status)) return std::string(status.message());
  std::string text = absl::StrCat(absl::StatusCodeToString(status.code()), ": ", status.message());
  if (std::optional<MatrixError> error = CarriedMatrixError(status)) {
    absl::StrAppend(&text, error->message == status.message() ? "" : error->message, " (", error->errcode, ")");
  }
  return text;
}

int Main(int argc, char** argv) {
  const std::string name = argc < 2 ? "" : argv[1];
  if (name == "help" || name == "--help") return std::fputs(Usage().c_str(), stdout) < 0 ? 1 : 0;
  for (const Entry& entry : Entries()) {
    if (entry.name != name) continue;
    const absl::Status status = Run(entry, Words(argv + 2, argv + argc));
    if (!status.ok()) std::fprintf(stderr, "plexusctl %s: %s\n", entry.name, Explain(status).c_str());
    return ExitCode(status);
  }
  if (!name.empty()) std::fprintf(stderr, "plexusctl: no command \"%s\"\n", name.c_str());
  std::fputs(Usage().c_str(), stderr);
  return 2;
}

}  // namespace
}  // namespace plexus::ctl

int main(int argc, char** argv) { return plexus::ctl::Main(argc, argv); }
