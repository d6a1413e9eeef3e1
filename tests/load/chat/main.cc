// plexus_load: see kUsage in options.cc, and docs/performance.md.
#include <sys/resource.h>

#include <boost/asio/io_context.hpp>
#include <cstdio>
#include <memory>

#include "common/base/random.h"
#include "common/base/status_macros.h"
#include "tests/load/chat/driver.h"
#include "tests/load/chat/matrix_target.h"

namespace plexus::load {
namespace {

// Every sender and reader has a connection.
void RaiseDescriptorLimit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

absl::StatusOr<Results> Run(const Options& options) {
  PLEXUS_ASSIGN_OR_RETURN(ServerUrl url, ResolveUrl(options.url));
  std::vector<WatchedProcess> processes;
  for (const std::string& pid : options.pids) {
    PLEXUS_ASSIGN_OR_RETURN(WatchedProcess process, WatchedProcess::Parse(pid));
    processes.push_back(std::move(process));
  }
  const std::string run = RandomAlphanumeric(8);
  std::unique_ptr<Target> target;
  if (options.target == "floor") {
    target = std::make_unique<FloorTarget>(url);
  } else {
    target = std::make_unique<MatrixTarget>(url, options, run);
  }
  boost::asio::io_context context(1);
  PLEXUS_RETURN_IF_ERROR(target->Prepare(context));
  Ledger ledger(run, options.readers);
  Driver driver(context, options, url, *target, ledger, std::move(processes));
  return driver.Run();
}

int Main(int argc, char** argv) {
  const absl::StatusOr<Options> options = ReadOptions(argc, argv);
  if (!options.ok()) {
    std::fprintf(stderr, "plexus_load: %s\n%s", std::string(options.status().message()).c_str(), kUsage);
    return 2;
  }
  RaiseDescriptorLimit();
  const absl::StatusOr<Results> results = Run(*options);
  if (!results.ok()) {
    std::fprintf(stderr, "plexus_load: %s\n", std::string(results.status().message()).c_str());
    return 1;
  }
  const std::string text = options->json ? RenderJson(*options, *results) : RenderTable(*options, *results);
  std::fputs(text.c_str(), stdout);
  return results->lost == 0 && results->doubled == 0 ? 0 : 3;
}

}  // namespace
}  // namespace plexus::load

int main(int argc, char** argv) { return plexus::load::Main(argc, argv); }
