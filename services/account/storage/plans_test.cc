#include <gtest/gtest.h>

#include "common/storage/testing/explain.h"
#include "common/storage/testing/test_database.h"
#include "services/account/storage/hot_statements.h"

namespace plexus::account {
namespace {

using storage::Bytes;
using storage::Parameter;

TEST(Plans, EveryHotStatementHasItsIndex) {
  PLEXUS_TEST_DATABASE(database);
  struct Case {
    std::string_view sql;
    std::vector<Parameter> parameters;
    std::string_view index;
  };
  const std::vector<Case> cases = {
      {kFindTokenOwner, {Bytes{"x"}}, "access_token_pkey"},
      {kDeletePredecessor, {1}, "refresh_token_next"},
      {kSweepUiaSessions, {1, 10}, "uia_session_expiry"},
      {kSweepOneTimeTokens, {1, 10}, "one_time_token_expiry"},
      {kJoinedRoomsAfter, {"@a:b", "", 10}, ""},
      {kJobsOfShards, {"{1,2}", 10}, "profile_job_shard"},
      {kAccountsAfter, {"@a:b", 10}, "account_pkey"},
  };
  for (const Case& c : cases) {
    auto explain = [&](storage::Session& session) {
      return storage::testing::UsesIndex(session, c.sql, c.parameters, c.index);
    };
    EXPECT_TRUE(database.database().RunBlocking(database.schema(), explain).ok())
        << c.sql << database.database().RunBlocking(database.schema(), explain);
  }
}

}  // namespace
}  // namespace plexus::account
