#include "tests/load/chat/ledger.h"

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace plexus::load {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(LedgerTest, FindsItsOwnMarksInOrder) {
  Ledger ledger("abc", 1);
  const std::string text = absl::StrCat(R"({"body":")", ledger.Mark(12), R"( x"},{"body":")", ledger.Mark(3), R"("})");
  EXPECT_THAT(ledger.Find(text), ElementsAre(12, 3));
}

TEST(LedgerTest, IgnoresOtherRunsAndTruncatedMarks) {
  Ledger ledger("abc", 1);
  EXPECT_THAT(ledger.Find(Ledger("abd", 1).Mark(1)), IsEmpty());
  EXPECT_THAT(ledger.Find("plexus-load-abc-12"), IsEmpty());
  EXPECT_THAT(ledger.Find("plexus-load-abc-"), IsEmpty());
}

TEST(LedgerTest, MeasuresTheFirstSightingOfEachReader) {
  Ledger ledger("r", 2);
  const int64_t event = *ledger.Send(100);
  EXPECT_EQ(ledger.See(0, event, 150), 50);
  EXPECT_EQ(ledger.See(1, event, 170), 70);
  EXPECT_EQ(ledger.See(0, event, 180), std::nullopt);
  EXPECT_EQ(ledger.doubled(), 1);
}

TEST(LedgerTest, MissesWhatWasAcknowledgedAndNotSeenByEveryReader) {
  Ledger ledger("r", 2);
  const int64_t seen_first = *ledger.Send(0), unseen = *ledger.Send(0), unacknowledged = *ledger.Send(0);
  ledger.See(0, seen_first, 1);
  ledger.Acknowledge(seen_first);
  ledger.Acknowledge(unseen);
  ledger.See(0, unacknowledged, 1);
  EXPECT_EQ(ledger.missing(), 3);
  ledger.See(1, seen_first, 1);
  ledger.See(0, unseen, 1);
  ledger.See(1, unseen, 1);
  EXPECT_EQ(ledger.missing(), 0);
}

TEST(LedgerTest, KnowsNoEventThatWasNotSent) {
  Ledger ledger("r", 1);
  EXPECT_EQ(ledger.See(0, 0, 1), std::nullopt);
  EXPECT_EQ(ledger.See(0, -1, 1), std::nullopt);
  EXPECT_EQ(ledger.doubled(), 0);
}

}  // namespace
}  // namespace plexus::load
