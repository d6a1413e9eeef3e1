#include "tests/load/chat/histogram.h"

#include <cstdint>
#include <random>
#include <vector>

#include <algorithm>

#include "gtest/gtest.h"

namespace plexus::load {
namespace {

TEST(HistogramTest, AnswersZeroWhenEmpty) {
  EXPECT_EQ(Histogram().Quantile(0.5), 0);
  EXPECT_EQ(Histogram().max(), 0);
}

TEST(HistogramTest, KeepsSmallValuesExactly) {
  Histogram histogram;
  for (int64_t value = 1; value <= 100; ++value) histogram.Add(value);
  EXPECT_EQ(histogram.Quantile(0.5), 50);
  EXPECT_EQ(histogram.Quantile(0.99), 99);
  EXPECT_EQ(histogram.Quantile(1), 100);
}

TEST(HistogramTest, IsWithinItsErrorForEveryMagnitude) {
  std::mt19937_64 random(7);
  for (int bits = 8; bits < 62; ++bits) {
    Histogram histogram;
    std::vector<int64_t> values;
    for (int i = 0; i < 999; ++i) {
      values.push_back(static_cast<int64_t>(random() >> (64 - bits)));
      histogram.Add(values.back());
    }
    std::sort(values.begin(), values.end());
    const double exact = static_cast<double>(values[499]);
    EXPECT_GE(static_cast<double>(histogram.Quantile(0.5)), exact) << bits;
    EXPECT_LE(static_cast<double>(histogram.Quantile(0.5)), exact * (1 + 1.0 / 64) + 1) << bits;
  }
}

TEST(HistogramTest, TakesTheLargestValues) {
  Histogram histogram;
  histogram.Add(INT64_MAX);
  histogram.Add(-5);
  EXPECT_EQ(histogram.Quantile(1), INT64_MAX);
  EXPECT_EQ(histogram.Quantile(0.5), 0);
}

}  // namespace
}  // namespace plexus::load
