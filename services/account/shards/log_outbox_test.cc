#include "services/account/shards/log_outbox.h"

#include <gtest/gtest.h>

#include <vector>

namespace plexus::account {
namespace {

TEST(LogOutbox, PublishesInOrderWhateverOrderCommitsAreReportedIn) {
  std::vector<int64_t> published;
  LogOutbox outbox(10, [&](int64_t first, int64_t last, const std::string&) {
    for (int64_t position = first; position <= last; ++position) published.push_back(position);
  });
  outbox.Committed(13, 13, "c");
  EXPECT_TRUE(published.empty());
  outbox.Committed(11, 12, "ab");
  EXPECT_EQ(published, (std::vector<int64_t>{11, 12, 13}));
  outbox.Committed(14, 14, "d");
  EXPECT_EQ(published.back(), 14);
}

TEST(LogOutbox, DoesNotWaitForEverForOneThatVanished) {
  std::vector<int64_t> published;
  LogOutbox outbox(0, [&](int64_t first, int64_t, const std::string&) { published.push_back(first); });
  const int64_t last = 1 + static_cast<int64_t>(LogOutbox::kMaxPending);
  for (int64_t position = 2; position < last; ++position) outbox.Committed(position, position, "");
  EXPECT_TRUE(published.empty());
  outbox.Committed(last, last, "");
  EXPECT_EQ(published.size(), LogOutbox::kMaxPending);
  EXPECT_EQ(published.front(), 2);
}

}  // namespace
}  // namespace plexus::account
