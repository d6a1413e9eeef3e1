// A distribution of durations in bounded memory.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace plexus::load {

// Buckets are at most 1/64 of their value wide, so a quantile is at most 1.6 % too high. Not thread-safe.
class Histogram {
 public:
  // Negative durations count as 0.
  void Add(int64_t nanos);

  int64_t count() const { return count_; }
  int64_t max() const { return max_; }
  // The least duration, in nanoseconds, that at least this share (0 < share <= 1) of all does not exceed; 0 if empty.
  int64_t Quantile(double share) const;

 private:
  static constexpr int kSubBits = 6;
  static constexpr size_t kBuckets = (64 - kSubBits + 1) << kSubBits;
  static size_t BucketOf(uint64_t value);
  // The largest value in a bucket.
  static uint64_t Upper(size_t bucket);

  std::array<uint32_t, kBuckets> buckets_{};
  int64_t count_ = 0;
  int64_t max_ = 0;
};

}  // namespace plexus::load
