#include "tests/load/chat/histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace plexus::load {

void Histogram::Add(int64_t nanos) {
  nanos = std::max<int64_t>(nanos, 0);
  ++buckets_[BucketOf(static_cast<uint64_t>(nanos))];
  ++count_;
  max_ = std::max(max_, nanos);
}

int64_t Histogram::Quantile(double share) const {
  const auto wanted = static_cast<int64_t>(std::ceil(share * static_cast<double>(count_)));
  int64_t passed = 0;
  for (size_t bucket = 0; bucket < kBuckets; ++bucket) {
    passed += buckets_[bucket];
    if (passed > 0 && passed >= wanted) return std::min(static_cast<int64_t>(Upper(bucket)), max_);
  }
  return max_;
}

// Values below 2^kSubBits have a bucket each; above, each power of two has 2^kSubBits.
size_t Histogram::BucketOf(uint64_t value) {
  const int exponent = std::max(0, static_cast<int>(std::bit_width(value)) - kSubBits - 1);
  return (static_cast<size_t>(exponent) << kSubBits) + static_cast<size_t>(value >> exponent);
}

uint64_t Histogram::Upper(size_t bucket) {
  if (bucket < (size_t{2} << kSubBits)) return bucket;
  const size_t exponent = (bucket >> kSubBits) - 1;
  const uint64_t mantissa = bucket - (exponent << kSubBits);
  return ((mantissa + 1) << exponent) - 1;
}

}  // namespace plexus::load
