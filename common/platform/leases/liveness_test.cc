#include "common/platform/leases/liveness.h"

#include <gtest/gtest.h>

namespace plexus::platform {
namespace {

constexpr absl::Duration kTtl = absl::Seconds(5);

// Watches one other process; times are in milliseconds.
class Observation {
 public:
  void Renew(int64_t ms) { observer_.Renewed(ms * 1'000'000); }
  bool Read(int64_t ms, int64_t beat) {
    std::vector<Beat> beats = {{"other", beat}};
    return !observer_.Observe(ms * 1'000'000, ms * 1'000'000, beats).empty();
  }
  // True if found dead in [from, to).
  bool Watch(int64_t from, int64_t to, int64_t beat) {
    bool dead = false;
    for (int64_t ms = from; ms < to; ms += 500) {
      Renew(ms);
      dead = Read(ms, beat) || dead;
    }
    return dead;
  }
  LivenessObserver& observer() { return observer_; }

 private:
  LivenessObserver observer_{kTtl};
};

TEST(Liveness, ASilentProcessIsDeadAfterATtlAndNotBefore) {
  Observation observation;
  EXPECT_FALSE(observation.Watch(0, 5'001, 7));
  EXPECT_TRUE(observation.Watch(5'500, 6'000, 7));
}

TEST(Liveness, ABeatBeginsTheTtlAnew) {
  Observation observation;
  EXPECT_FALSE(observation.Watch(0, 4'000, 7));
  EXPECT_FALSE(observation.Watch(4'000, 9'000, 8));
  EXPECT_TRUE(observation.Watch(9'500, 10'000, 8));
}

TEST(Liveness, AGapInReadingBeginsTheTtlAnew) {
  Observation observation;
  EXPECT_FALSE(observation.Watch(0, 4'000, 7));
  // Postgres answers nobody for ten seconds; the others' beats stand still as well as ours.
  EXPECT_FALSE(observation.Watch(14'000, 19'000, 7));
  EXPECT_TRUE(observation.Watch(19'500, 20'000, 7));
}

TEST(Liveness, AGapInOurOwnRenewalsBeginsTheTtlAnew) {
  Observation observation;
  EXPECT_FALSE(observation.Watch(0, 1'000, 7));
  // Reads succeed and writes do not.
  for (int64_t ms = 1'000; ms < 20'000; ms += 500) EXPECT_FALSE(observation.Read(ms, 7)) << ms;
  EXPECT_FALSE(observation.Watch(20'000, 23'000, 7));
  EXPECT_TRUE(observation.Watch(23'000, 26'000, 7));
}

TEST(Liveness, TellsWhenTheNextVerdictCanBe) {
  Observation observation;
  EXPECT_EQ(observation.observer().NextVerdict(), INT64_MAX);
  observation.Watch(0, 1'000, 7);
  EXPECT_GT(observation.observer().NextVerdict(), absl::ToInt64Nanoseconds(kTtl));
  EXPECT_LT(observation.observer().NextVerdict(), absl::ToInt64Nanoseconds(kTtl * 1.1));
}

TEST(Liveness, IsBeatingOnlyWhileTheBeatMoves) {
  Observation observation;
  observation.Watch(0, 500, 1);
  EXPECT_TRUE(observation.observer().IsBeating("other", 1'000'000'000));
  observation.Watch(500, 4'000, 1);
  EXPECT_FALSE(observation.observer().IsBeating("other", 4'000'000'000));
  EXPECT_FALSE(observation.observer().IsBeating("unknown", 0));
}

}  // namespace
}  // namespace plexus::platform
