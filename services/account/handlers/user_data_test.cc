#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "absl/strings/str_cat.h"
#include "common/json/access.h"
#include "common/json/parse.h"
#include "services/account/testing/account_harness.h"

namespace plexus::account::testing {
namespace {

// A request of `who` about themselves.
template <typename Request>
Request As(const SignedIn& who) {
  Request request;
  request.set_user_id(who.user_id);
  *request.mutable_requester() = who.requester;
  return request;
}

std::string Profile(AccountHarness& account, const std::string& user_id, const std::string& key = "") {
  v1::GetProfileRequest request;
  request.set_user_id(user_id);
  request.set_key_name(key);
  auto response = account.Call(S::GetProfile, request);
  return response.ok() ? response->body_json() : Errcode(response);
}

absl::Status SetProfile(AccountHarness& account, const SignedIn& who, const std::string& key, const std::string& body) {
  auto request = As<v1::SetProfileFieldRequest>(who);
  request.set_key_name(key);
  request.set_body_json(body);
  return account.Call(S::SetProfileField, request).status();
}

TEST(Profile, IsSetReadAndRemoved) {
  PLEXUS_TEST_DATABASE(database);
  AccountHarness account(database);
  SignedIn alice = account.NewUser("alice");
  EXPECT_TRUE(SetProfile(account, alice, "displayname", R"({"displayname":"Al"})").ok());
  EXPECT_TRUE(SetProfile(account, alice, "org.example.x", R"({"org.example.x":{"a":1}})").ok());
  EXPECT_EQ(Profile(account, alice.user_id), R"({"org.example.x":{"a":1},"displayname":"Al"})");
  EXPECT_EQ(Profile(account, alice.user_id, "displayname"), R"({"displayname":"Al"})");
  EXPECT_EQ(Profile(account, alice.user_id, "avatar_url"), "M_NOT_FOUND");
  auto remove = As<v1::DeleteProfileFieldRequest>(alice);
  remove.set_key_name("org.example.x");
  EXPECT_TRUE(account.Call(S::DeleteProfileField, remove).ok());
  EXPECT_TRUE(account.Call(S::DeleteProfileField, remove).ok());
  EXPECT_EQ(Profile(account, alice.user_id), R"({"displayname":"Al"})");
  EXPECT_EQ(Profile(account, "@nobody:example.org"), "M_NOT_FOUND");
}

TEST(Profile, IsTheUsersOwnAndNotChangedWhileSuspended) {
  PLEXUS_TEST_DATABASE(database);
  AccountHarness account(database);
  SignedIn alice = account.NewUser("alice");
  SignedIn bob = account.NewUser("bob");
  SignedIn forged = bob;
  forged.user_id = alice.user_id;
  EXPECT_EQ(Errcode(SetProfile(account, forged, "displayname", R"({"displayname":"x"})")), "M_FORBIDDEN");
  bob.requester.set_is_suspended(true);
  EXPECT_EQ(Errcode(SetProfile(account, bob, "displayname", R"({"displayname":"x"})")), "M_USER_SUSPENDED");
  EXPECT_EQ(Errcode(SetProfile(account, alice, "displayname", "{}")), "M_MISSING_PARAM");
  EXPECT_EQ(Errcode(SetProfile(account, alice, "displayname", R"({"displayname":"\u0000"})")), "M_INVALID_PARAM");
}

// Three rooms as event_persister would have stored them; the user is joined to two.
void AddRooms(storage::testing::TestDatabase& database, const std::string& user_id) {
  for (int i = 1; i <= 3; ++i) {
    const std::string membership = i == 2 ? "leave" : "join";
    database.Sql(absl::StrCat("INSERT INTO room (room_nid, room_id, shard, version, creator, created_ts) VALUES (", i,
                              ", '!r", i, ":example.org', 0, '11', '", user_id, "', 0)"));
    database.Sql(absl::StrCat("INSERT INTO event_body (event_nid, json) VALUES (", i,
                              R"(, '{"content":{"membership":")", membership, R"(","displayname":"alice"}}'))"));
    database.Sql(
        absl::StrCat("INSERT INTO membership (user_id, room_nid, membership, event_nid, position, sender) "
                     "VALUES ('",
                     user_id, "', ", i, ", '", membership, "', ", i, ", 1, '", user_id, "')"));
  }
}

bool JobsAreDone(storage::testing::TestDatabase& database) {
  for (int i = 0; i < 500; ++i) {
    if (database.Sql("SELECT 1 FROM profile_job").empty()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

TEST(Profile, SpreadsToTheMemberEventsOfJoinedRooms) {
  PLEXUS_TEST_DATABASE(database);
  AccountHarness account(database);
  SignedIn alice = account.NewUser("alice");
  AddRooms(database, alice.user_id);
  ASSERT_TRUE(SetProfile(account, alice, "displayname", R"({"displayname":"Al"})").ok());
  ASSERT_TRUE(JobsAreDone(database));
  auto sent = account.SentEvents();
  ASSERT_EQ(sent.size(), 2u);
  EXPECT_EQ(sent[0].room_id(), "!r1:example.org");
  EXPECT_EQ(sent[1].room_id(), "!r3:example.org");
  EXPECT_EQ(sent[0].type(), "m.room.member");
  EXPECT_EQ(sent[0].state_key(), alice.user_id);
  EXPECT_EQ(sent[0].requester().user_id(), alice.user_id);
  EXPECT_EQ(sent[0].body_json(), R"({"membership":"join","displayname":"Al"})");
}

TEST(Profile, SpreadingGoesOnAfterTheShardChangedHands) {
  PLEXUS_TEST_DATABASE(database);
  SignedIn alice;
  {
    AccountHarness account(database);
    alice = account.NewUser("alice");
    AddRooms(database, alice.user_id);
    account.SetPersisterAnswer(absl::UnavailableError("nobody there"));
    ASSERT_TRUE(SetProfile(account, alice, "displayname", R"({"displayname":"Al"})").ok());
  }
  EXPECT_EQ(database.Sql("SELECT 1 FROM profile_job").size(), 1u);
  AccountHarness next(database);
  ASSERT_TRUE(JobsAreDone(database));
  EXPECT_EQ(next.SentEvents().size(), 2u);
}

TEST(Profile, RoomsThatRefuseArePassedOver) {
  PLEXUS_TEST_DATABASE(database);
  AccountHarness account(database);
  SignedIn alice = account.NewUser("alice");
  AddRooms(database, alice.user_id);
  account.SetPersisterAnswer(errors::Forbidden("banned"));
  ASSERT_TRUE(SetProfile(account, alice, "displayname", R"({"displayname":"Al"})").ok());
  ASSERT_TRUE(JobsAreDone(database));
  EXPECT_EQ(account.SentEvents().size(), 2u);
}

TEST(AccountData, IsStoredReadAndLogged) {
  PLEXUS_TEST_DATABASE(database);
  AccountHarness account(database);
  SignedIn alice = account.NewUser("alice");
  auto set = As<v1::SetAccountDataRequest>(alice);
  set.set_type("org.example");
  set.set_body_json(R"({"a": 1.5})");
  ASSERT_TRUE(account.Call(S::SetAccountData, set).ok());
  auto get = As<v1::GetAccountDataRequest>(alice);
  get.set_type("org.example");
  EXPECT_EQ(json::ParseObject(account.Call(S::GetAccountData, get)->body_json()), json::ParseObject(set.body_json()));
  const common::v1::UserLogEntry entry = account.data().Published().back();
  EXPECT_EQ(entry.account_data().type(), "org.example");
  pqxx::result row = database.Sql("SELECT position FROM account_data WHERE type = 'org.example'");
  EXPECT_EQ(row[0][0].as<int64_t>(), entry.position());
  get.set_room_id("!room:example.org");
  EXPECT_EQ(Errcode(account.Call(S::GetAccountData, get)), "M_NOT_FOUND");
  set.set_room_id("!room:example.org");
  ASSERT_TRUE(account.Call(S::SetAccountData, set).ok());
  EXPECT_TRUE(account.Call(S::GetAccountData, get).ok());
  EXPECT_TRUE(account.data().PublishedGapless());
}

TEST(AccountData, TypesOfTheServerAndOthersDataAreOffLimits) {
  PLEXUS_TEST_DATABASE(database);
  AccountHarness account(database);
  SignedIn alice = account.NewUser("alice");
  auto set = As<v1::SetAccountDataRequest>(alice);
  set.set_body_json("{}");
  for (const char* type : {"m.fully_read", "m.push_rules"}) {
    set.set_type(type);
    auto refused = account.Call(S::SetAccountData, set);
    EXPECT_EQ(Errcode(refused), "M_BAD_JSON");
    EXPECT_EQ(CarriedMatrixError(refused.status())->http_status, 405);
  }
  set.set_type("m.fully_read");
  set.set_server_managed(true);
  set.set_room_id("!room:example.org");
  EXPECT_TRUE(account.Call(S::SetAccountData, set).ok());
  set.set_room_id("nonsense");
  EXPECT_EQ(Errcode(account.Call(S::SetAccountData, set)), "M_INVALID_PARAM");
  set.set_room_id("");
  set.set_body_json("[]");
  EXPECT_EQ(Errcode(account.Call(S::SetAccountData, set)), "M_BAD_JSON");
  set.set_user_id("@bob:example.org");
  EXPECT_EQ(Errcode(account.Call(S::SetAccountData, set)), "M_FORBIDDEN");
}

TEST(Tags, AreRoomAccountDataAndConcurrentChangesAllCount) {
  PLEXUS_TEST_DATABASE(database);
  AccountHarness account(database);
  SignedIn alice = account.NewUser("alice");
  auto put = As<v1::PutTagRequest>(alice);
  put.set_room_id("!room:example.org");
  std::vector<AccountHarness::Pending<v1::PutTagResponse>> puts;
  for (int i = 0; i < 10; ++i) {
    put.set_tag(absl::StrCat("u.", i));
    puts.push_back(account.Start(S::PutTag, put));
  }
  for (auto& done : puts) EXPECT_TRUE(done.get().ok());
  auto get = As<v1::GetTagsRequest>(alice);
  get.set_room_id("!room:example.org");
  auto tags = json::ParseObject(account.Call(S::GetTags, get)->body_json());
  EXPECT_EQ(tags->at("tags").as_object().size(), 10u);
  auto remove = As<v1::DeleteTagRequest>(alice);
  remove.set_room_id("!room:example.org");
  remove.set_tag("u.1");
  EXPECT_TRUE(account.Call(S::DeleteTag, remove).ok());
  EXPECT_TRUE(account.Call(S::DeleteTag, remove).ok());
  auto left = json::ParseObject(account.data().Published().back().account_data().content_json());
  EXPECT_EQ(left->at("tags").as_object().size(), 9u);
  EXPECT_TRUE(account.data().PublishedGapless());
}

TEST(PushRules, ChangesShowInTheRulesAndInAccountData) {
  PLEXUS_TEST_DATABASE(database);
  AccountHarness account(database);
  SignedIn alice = account.NewUser("alice");
  auto put = As<v1::PutPushRuleRequest>(alice);
  put.set_scope("global");
  put.set_kind("content");
  put.set_rule_id("cake");
  put.set_body_json(R"({"actions":["notify"],"pattern":"cake*"})");
  ASSERT_TRUE(account.Call(S::PutPushRule, put).ok());
  auto set = As<v1::SetPushRuleAttributeRequest>(alice);
  set.set_scope("global");
  set.set_kind("override");
  set.set_rule_id(".m.rule.master");
  set.set_attribute("enabled");
  set.set_body_json(R"({"enabled":true})");
  ASSERT_TRUE(account.Call(S::SetPushRuleAttribute, set).ok());
  auto get = As<v1::GetPushRulesRequest>(alice);
  auto rules = json::ParseObject(account.Call(S::GetPushRules, get)->body_json());
  auto stored = json::ParseObject(account.data().Published().back().account_data().content_json());
  EXPECT_EQ(*rules, *stored);
  get.set_scope("global");
  get.set_kind("content");
  get.set_rule_id("cake");
  EXPECT_EQ(account.Call(S::GetPushRules, get)->body_json(),
            R"({"rule_id":"cake","default":false,"enabled":true,"actions":["notify"],"pattern":"cake*"})");
  auto attribute = As<v1::GetPushRuleAttributeRequest>(alice);
  attribute.set_scope("global");
  attribute.set_kind("override");
  attribute.set_rule_id(".m.rule.master");
  attribute.set_attribute("enabled");
  EXPECT_EQ(account.Call(S::GetPushRuleAttribute, attribute)->body_json(), R"({"enabled":true})");
  auto remove = As<v1::DeletePushRuleRequest>(alice);
  remove.set_scope("global");
  remove.set_kind("content");
  remove.set_rule_id("cake");
  EXPECT_TRUE(account.Call(S::DeletePushRule, remove).ok());
  EXPECT_EQ(Errcode(account.Call(S::DeletePushRule, remove)), "M_NOT_FOUND");
}

TEST(Filters, HaveTheSameIdForTheSameContent) {
  PLEXUS_TEST_DATABASE(database);
  AccountHarness account(database);
  SignedIn alice = account.NewUser("alice");
  auto put = As<v1::PutFilterRequest>(alice);
  put.set_body_json(R"({"room":{"timeline":{"limit":10}},"event_format":"client"})");
  auto first = account.Call(S::PutFilter, put);
  ASSERT_TRUE(first.ok()) << first.status();
  put.set_body_json(R"({ "event_format":"client", "room":{"timeline":{"limit":10}}})");
  EXPECT_EQ(account.Call(S::PutFilter, put)->body_json(), first->body_json());
  auto get = As<v1::GetFilterRequest>(alice);
  get.set_filter_id(std::string(*json::GetString(*json::ParseObject(first->body_json()), "filter_id")));
  EXPECT_EQ(json::ParseObject(account.Call(S::GetFilter, get)->body_json()), json::ParseObject(put.body_json()));
  get.set_filter_id("unknown");
  EXPECT_EQ(Errcode(account.Call(S::GetFilter, get)), "M_NOT_FOUND");
  put.set_body_json(R"({"room":1})");
  EXPECT_EQ(Errcode(account.Call(S::PutFilter, put)), "M_BAD_JSON");
}

TEST(Turn, GivesCredentialsToTheUser) {
  PLEXUS_TEST_DATABASE(database);
  AccountHarness account(database);
  v1::GetTurnServerRequest request;
  request.mutable_requester()->set_user_id("@a:example.org");
  EXPECT_TRUE(json::ParseObject(account.Call(S::GetTurnServer, request)->body_json())->contains("password"));
}

TEST(WhoAmI, NamesUserAndDevice) {
  PLEXUS_TEST_DATABASE(database);
  AccountHarness account(database);
  SignedIn alice = account.NewUser("alice", R"(,"device_id":"D")");
  v1::WhoAmIRequest request;
  *request.mutable_requester() = alice.requester;
  EXPECT_EQ(account.Call(S::WhoAmI, request)->body_json(),
            R"({"user_id":"@alice:example.org","is_guest":false,"device_id":"D"})");
}

}  // namespace
}  // namespace plexus::account::testing
