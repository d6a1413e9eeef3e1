#include "common/base/shielded.h"

#include <atomic>
#include <exception>
#include <iostream>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/fault.h"

namespace plexus {
namespace {

void ToStandardError(std::string_view name, std::string_view what) {
  std::cerr << name << " threw: " << what << std::endl;
}

std::atomic<BackgroundReporter> reporter{ToStandardError};

Task<absl::Status> Ok(Task<void> round) {
  co_await std::move(round);
  co_return absl::OkStatus();
}

}  // namespace

Task<absl::Status> Shielded(std::string_view name, Task<void> round) { return Shielded(name, Ok(std::move(round))); }

Task<absl::Status> Shielded(std::string_view name, Task<absl::Status> round) {
  try {
    Fault(name).IgnoreError();
    co_return co_await std::move(round);
  } catch (...) {
    co_return ReportCaught(name);
  }
}

void SetBackgroundReporter(BackgroundReporter to) { reporter = to; }

absl::Status ReportCaught(std::string_view name) {
  std::string what = "something";
  try {
    throw;
  } catch (const std::exception& exception) {
    what = exception.what();
  } catch (...) {  // NOLINT: what it is cannot be told
  }
  reporter.load()(name, what);
  return absl::InternalError(absl::StrCat(name, " threw: ", what));
}

}  // namespace plexus
