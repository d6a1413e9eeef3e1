#include "common/base/fault.h"

#include <atomic>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "common/base/status_macros.h"

namespace plexus {
namespace {

using Points = std::vector<std::pair<std::string, FaultAction>>;

absl::StatusOr<absl::StatusCode> ParseCode(std::string_view name) {
  for (int code = 1; code <= 16; ++code) {
    if (absl::StatusCodeToString(static_cast<absl::StatusCode>(code)) == name) {
      return static_cast<absl::StatusCode>(code);
    }
  }
  return absl::InvalidArgumentError(absl::StrCat("no such status code: ", name));
}

absl::Status ParseArgument(std::string_view text, FaultAction& action) {
  if (action.kind == FaultAction::Kind::kDelay) {
    int milliseconds = 0;
    if (!absl::SimpleAtoi(text, &milliseconds) || milliseconds < 0) return absl::InvalidArgumentError("bad delay");
    action.delay = absl::Milliseconds(milliseconds);
    return absl::OkStatus();
  }
  PLEXUS_ASSIGN_OR_RETURN(action.code, ParseCode(text));
  return absl::OkStatus();
}

// "error:UNAVAILABLE:3", "delay:50", "abort", "throw:1".
absl::StatusOr<FaultAction> ParseAction(std::string_view text) {
  std::vector<std::string_view> parts = absl::StrSplit(text, ':');
  if (parts.empty()) return absl::InvalidArgumentError("a fault without an action");
  FaultAction action;
  size_t next = 1;
  if (parts[0] == "abort") {
    action.kind = FaultAction::Kind::kAbort;
  } else if (parts[0] == "throw") {
    action.kind = FaultAction::Kind::kThrow;
  } else if (parts[0] == "error" || parts[0] == "delay") {
    if (parts[0] == "delay") action.kind = FaultAction::Kind::kDelay;
    if (parts.size() < 2) return absl::InvalidArgumentError(absl::StrCat("incomplete fault: ", text));
    PLEXUS_RETURN_IF_ERROR(ParseArgument(parts[next++], action));
  } else {
    return absl::InvalidArgumentError(absl::StrCat("no such kind of fault: ", text));
  }
  if (parts.size() > next && (!absl::SimpleAtoi(parts[next++], &action.count) || action.count < 1)) {
    return absl::InvalidArgumentError(absl::StrCat("bad count: ", text));
  }
  if (parts.size() > next) return absl::InvalidArgumentError(absl::StrCat("too many parts: ", text));
  return action;
}

absl::StatusOr<Points> ParseSpec(std::string_view spec) {
  Points points;
  for (std::string_view item : absl::StrSplit(spec, ';', absl::SkipEmpty())) {
    std::pair<std::string_view, std::string_view> parts = absl::StrSplit(item, absl::MaxSplits('=', 1));
    if (parts.first.empty()) return absl::InvalidArgumentError(absl::StrCat("unnamed fault point: ", item));
    PLEXUS_ASSIGN_OR_RETURN(FaultAction action, ParseAction(parts.second));
    points.emplace_back(parts.first, action);
  }
  return points;
}

class Faults {
 public:
  Faults() {
    const char* spec = std::getenv("PLEXUS_FAULTS");
    if (spec == nullptr) return;
    absl::StatusOr<Points> points = ParseSpec(spec);
    if (!points.ok()) {
      std::cerr << "PLEXUS_FAULTS: " << points.status() << std::endl;
      return;
    }
    for (const auto& [point, action] : *points) Arm(point, action);
  }

  bool armed() const { return armed_.load(std::memory_order_relaxed); }

  void Arm(std::string_view point, FaultAction action) {
    absl::MutexLock lock(&mutex_);
    points_[point] = {action, 0};
    armed_ = true;
  }

  void Disarm() {
    absl::MutexLock lock(&mutex_);
    points_.clear();
    armed_ = false;
  }

  // What to do at `point` now; nullopt for nothing.
  std::optional<FaultAction> Hit(std::string_view point) {
    absl::MutexLock lock(&mutex_);
    auto it = points_.find(point);
    if (it == points_.end()) return std::nullopt;
    auto& [action, hits] = it->second;
    if (action.count != FaultAction::kForever && hits >= action.count) return std::nullopt;
    ++hits;
    return action;
  }

  int Hits(std::string_view point) {
    absl::MutexLock lock(&mutex_);
    auto it = points_.find(point);
    return it == points_.end() ? 0 : it->second.second;
  }

 private:
  std::atomic<bool> armed_{false};
  absl::Mutex mutex_;
  absl::flat_hash_map<std::string, std::pair<FaultAction, int>> points_ ABSL_GUARDED_BY(mutex_);
};

Faults& AllFaults() {
  static auto* const faults = new Faults;
  return *faults;
}

}  // namespace

bool FaultsArmed() { return AllFaults().armed(); }

absl::Status Fault(std::string_view point) {
  if (!FaultsArmed()) return absl::OkStatus();
  std::optional<FaultAction> action = AllFaults().Hit(point);
  if (!action) return absl::OkStatus();
  switch (action->kind) {
    case FaultAction::Kind::kAbort: std::abort();
    case FaultAction::Kind::kDelay: absl::SleepFor(action->delay); return absl::OkStatus();
    case FaultAction::Kind::kThrow: throw std::runtime_error(absl::StrCat("injected at ", point));
    case FaultAction::Kind::kError: break;
  }
  return absl::Status(action->code, absl::StrCat("injected at ", point));
}

void ArmFault(std::string_view point, FaultAction action) { AllFaults().Arm(point, action); }

absl::Status ArmFaults(std::string_view spec) {
  PLEXUS_ASSIGN_OR_RETURN(Points points, ParseSpec(spec));
  for (const auto& [point, action] : points) ArmFault(point, action);
  return absl::OkStatus();
}

void DisarmFaults() { AllFaults().Disarm(); }

int FaultHits(std::string_view point) { return AllFaults().Hits(point); }

}  // namespace plexus
