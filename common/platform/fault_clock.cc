#include "common/platform/fault_clock.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "common/platform/log.h"

namespace plexus::platform {
namespace {

static_assert(std::atomic<int64_t>::is_always_lock_free && sizeof(FaultClock::Offsets) == 16);

void LogMove(std::string_view clock, int64_t nanos) {
  LogWarn("a drill has moved a clock", {{"clock", clock}, {"ahead_ms", nanos / 1'000'000}});
}

}  // namespace

absl::StatusOr<std::unique_ptr<FaultClock>> FaultClock::Open(const std::string& path) {
  if (std::getenv("PLEXUS_FAULTS") == nullptr) {
    return absl::FailedPreconditionError("a fault clock is refused unless PLEXUS_FAULTS is in the environment");
  }
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return absl::ErrnoToStatus(errno, absl::StrCat("open ", path));
  const absl::Cleanup close_file = [file] { close(file); };
  struct stat info {};
  if (fstat(file, &info) != 0 || info.st_size != sizeof(Offsets)) {
    return absl::InvalidArgumentError(absl::StrCat(path, " is not ", sizeof(Offsets), " bytes"));
  }
  void* mapped = mmap(nullptr, sizeof(Offsets), PROT_READ, MAP_SHARED, file, 0);
  if (mapped == MAP_FAILED) return absl::ErrnoToStatus(errno, absl::StrCat("mmap ", path));
  return std::unique_ptr<FaultClock>(new FaultClock(static_cast<const Offsets*>(mapped)));
}

FaultClock::~FaultClock() { munmap(const_cast<Offsets*>(offsets_), sizeof(Offsets)); }

absl::Time FaultClock::Now() const {
  const int64_t ahead = offsets_->wall.load(std::memory_order_relaxed);
  if (wall_seen_.exchange(ahead) != ahead) LogMove("wall", ahead);
  return RealClock().Now() + absl::Nanoseconds(ahead);
}

int64_t FaultClock::BootNanos() const {
  const int64_t wanted = offsets_->boot.load(std::memory_order_relaxed);
  int64_t seen = boot_seen_.load();
  while (seen < wanted) {
    if (!boot_seen_.compare_exchange_weak(seen, wanted)) continue;
    LogMove("boot", wanted);
    seen = wanted;
  }
  return RealClock().BootNanos() + seen;
}

}  // namespace plexus::platform
