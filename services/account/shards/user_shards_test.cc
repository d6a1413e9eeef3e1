#include "services/account/shards/user_shards.h"

#include <gtest/gtest.h>

#include "common/base/matrix_error.h"
#include "common/rpc/status.h"
#include "services/account/testing/account_harness.h"

namespace plexus::account::testing {
namespace {

v1::SetAccountDataRequest Put(const SignedIn& who, const std::string& type) {
  v1::SetAccountDataRequest request;
  request.set_user_id(who.user_id);
  *request.mutable_requester() = who.requester;
  request.set_type(type);
  request.set_body_json("{}");
  return request;
}

TEST(UserShards, AStaleOwnerWritesNothingAndSaysTryAgain) {
  PLEXUS_TEST_DATABASE(database);
  AccountHarness stale(database);
  SignedIn alice = stale.NewUser("alice");
  AccountHarness owner(database);  // has taken the shards
  auto refused = stale.Call(S::SetAccountData, Put(alice, "org.stale"));
  EXPECT_TRUE(absl::IsUnavailable(refused.status())) << refused.status();
  EXPECT_TRUE(rpc::WasNotExecuted(refused.status()));
  EXPECT_TRUE(owner.Call(S::SetAccountData, Put(alice, "org.owner")).ok());
  EXPECT_EQ(database.Sql("SELECT 1 FROM account_data WHERE type = 'org.stale'").size(), 0u);
}

TEST(UserShards, AnotherOwnerIsNamed) {
  PLEXUS_TEST_DATABASE(database);
  AccountHarness account(database);
  SignedIn alice = account.NewUser("alice");
  account.data().SetOwned(false);
  EXPECT_TRUE(rpc::GetWrongOwner(account.Call(S::SetAccountData, Put(alice, "org.x")).status()));
}

TEST(UserShards, ReleasingFinishesWhatWasAccepted) {
  PLEXUS_TEST_DATABASE(database);
  AccountHarness account(database, TestTenantConfig(), /*user_shards=*/1);
  SignedIn alice = account.NewUser("alice");
  std::vector<AccountHarness::Pending<v1::SetAccountDataResponse>> writes;
  for (int i = 0; i < 30; ++i)
    writes.push_back(account.Start(S::SetAccountData, Put(alice, "org." + std::to_string(i))));
  account.data().Release(0);
  const size_t stored = database.Sql("SELECT 1 FROM account_data WHERE type LIKE 'org.%'").size();
  size_t accepted = 0;
  for (auto& write : writes) {
    absl::StatusOr<v1::SetAccountDataResponse> done = write.get();
    if (done.ok()) ++accepted;
    if (!done.ok()) {
      EXPECT_TRUE(rpc::WasNotExecuted(done.status())) << done.status();
    }
  }
  EXPECT_EQ(stored, accepted) << "nothing was written after the release";
}

TEST(UserShards, ManyWritersLeaveAGaplessLog) {
  PLEXUS_TEST_DATABASE(database);
  AccountHarness account(database, TestTenantConfig(), /*user_shards=*/2);
  SignedIn alice = account.NewUser("alice");
  SignedIn bob = account.NewUser("bob");
  std::vector<AccountHarness::Pending<v1::SetAccountDataResponse>> writes;
  for (int i = 0; i < 60; ++i) {
    writes.push_back(account.Start(S::SetAccountData, Put(i % 2 ? alice : bob, "org." + std::to_string(i % 5))));
  }
  for (auto& write : writes) EXPECT_TRUE(write.get().ok());
  EXPECT_TRUE(account.data().PublishedGapless());
  EXPECT_EQ(account.data().Published().size(), 60u + 4u);
}

}  // namespace
}  // namespace plexus::account::testing
