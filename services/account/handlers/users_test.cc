#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/account/testing/account_harness.h"

namespace plexus::account::testing {
namespace {

std::vector<std::string> IdsAfter(AccountHarness& account, const std::string& after, int limit) {
  v1::ListUsersRequest request;
  request.set_after_user_id(after);
  request.set_limit(limit);
  const v1::ListUsersResponse listed = account.Call(S::ListUsers, request).value();
  std::vector<std::string> ids;
  for (const v1::User& user : listed.users()) ids.push_back(user.user_id());
  return ids;
}

TEST(Users, AreListedPageByPage) {
  PLEXUS_TEST_DATABASE(database);
  AccountHarness account(database);
  for (const char* name : {"carol", "alice", "bob"}) account.NewUser(name);
  EXPECT_THAT(IdsAfter(account, "", 2), ::testing::ElementsAre("@alice:example.org", "@bob:example.org"));
  EXPECT_THAT(IdsAfter(account, "@bob:example.org", 2), ::testing::ElementsAre("@carol:example.org"));
  EXPECT_THAT(IdsAfter(account, "@carol:example.org", 2), ::testing::IsEmpty());
  for (int limit : {0, -1, 1001}) {
    v1::ListUsersRequest request;
    request.set_limit(limit);
    EXPECT_EQ(Errcode(account.Call(S::ListUsers, request)), "M_INVALID_PARAM") << limit;
  }
}

TEST(Users, AreShownWithWhatTheyAre) {
  PLEXUS_TEST_DATABASE(database);
  AccountHarness account(database);
  account.NewUser("alice");
  database.Sql("UPDATE account SET is_admin = true, is_suspended = true, created_ts = 12345");
  v1::GetUserRequest request;
  request.set_user_id("@alice:example.org");
  auto found = account.Call(S::GetUser, request);
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->user().user_id(), "@alice:example.org");
  EXPECT_TRUE(found->user().is_admin());
  EXPECT_TRUE(found->user().is_suspended());
  EXPECT_FALSE(found->user().deactivated());
  EXPECT_EQ(found->user().created_ts(), 12345);
  request.set_user_id("@nobody:example.org");
  EXPECT_EQ(Errcode(account.Call(S::GetUser, request)), "M_NOT_FOUND");
}

}  // namespace
}  // namespace plexus::account::testing
