// The gateway over HTTP, in front of services that a test scripts.
#include "common/base/fault.h"
#include "gateway/testing/gateway_harness.h"
#include "gmock/gmock.h"
#include "plexus/event_persister/v1/event_persister_service.rpc.h"
#include "plexus/room/v1/room_service.rpc.h"

namespace plexus::gateway {
namespace {

using account::v1::AccountService;
using event_persister::v1::EventPersisterService;
using room::v1::RoomService;
using testing::GatewayHarness;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::TenantNamed;

constexpr char kWhoAmI[] = "/_matrix/client/v3/account/whoami";
constexpr char kSend[] = "/_matrix/client/v3/rooms/!a:b/send/m.room.message/t1";

class GatewayTest : public ::testing::Test {
 protected:
  GatewayHarness gateway_;
};

TEST_F(GatewayTest, AnswersVersionsWithCors) {
  const http::Reply reply = gateway_.Send("GET", "/_matrix/client/versions");
  EXPECT_EQ(reply.status, 200);
  EXPECT_THAT(reply.body, HasSubstr(R"("v1.19")"));
  EXPECT_TRUE(reply.Says("Access-Control-Allow-Origin: *"));
}

TEST_F(GatewayTest, AnswersHeadLikeGetWithoutABody) {
  const http::Reply reply = gateway_.Send("HEAD", "/_matrix/client/versions");
  EXPECT_EQ(reply.status, 200);
  EXPECT_FALSE(reply.Says("Content-Length: 0\r\n"));
}

TEST_F(GatewayTest, AnswersPreflightsWithoutAskingForAToken) {
  const http::Reply reply = gateway_.Send("OPTIONS", kWhoAmI);
  EXPECT_EQ(reply.status, 200);
  EXPECT_TRUE(reply.Says("Access-Control-Allow-Headers: X-Requested-With, Content-Type, Authorization"));
  EXPECT_EQ(gateway_.checks(), 0);
}

TEST_F(GatewayTest, TellsUnknownPathsFromOtherMethods) {
  const http::Reply unknown = gateway_.Send("GET", "/_matrix/client/v3/nothing");
  EXPECT_EQ(unknown.status, 404);
  EXPECT_THAT(unknown.body, HasSubstr("M_UNRECOGNIZED"));
  const http::Reply other = gateway_.Send("DELETE", kWhoAmI);
  EXPECT_EQ(other.status, 405);
  EXPECT_THAT(other.body, HasSubstr("M_UNRECOGNIZED"));
  EXPECT_TRUE(other.Says("Allow: GET, HEAD, OPTIONS"));
  EXPECT_TRUE(other.Says("Access-Control-Allow-Origin: *"));
}

TEST_F(GatewayTest, RefusesBadUtf8InPathAndQuery) {
  EXPECT_EQ(gateway_.Send("GET", "/_matrix/client/v3/profile/%ff").status, 400);
  EXPECT_EQ(gateway_.Send("GET", std::string(kWhoAmI) + "?a=%ff", "alice").status, 400);
}

TEST_F(GatewayTest, TakesTheTokenFromHeaderOrQuery) {
  gateway_.Answer(AccountService::WhoAmI, R"({"user_id":"x"})");
  EXPECT_EQ(gateway_.Send("GET", kWhoAmI, "alice").body, R"({"user_id":"x"})");
  EXPECT_THAT(gateway_.Asked(AccountService::WhoAmI), HasSubstr("@alice:example.org"));
  EXPECT_EQ(gateway_.Send("GET", std::string(kWhoAmI) + "?access_token=alice").status, 200);
  EXPECT_EQ(gateway_.Send("GET", "/_matrix/client/r0/account/whoami", "alice").status, 200);
}

TEST_F(GatewayTest, RefusesMissingAndUnknownTokens) {
  const http::Reply missing = gateway_.Send("GET", kWhoAmI);
  EXPECT_EQ(missing.status, 401);
  EXPECT_THAT(missing.body, HasSubstr("M_MISSING_TOKEN"));
  const http::Reply unknown = gateway_.Send("GET", kWhoAmI, "mallory");
  EXPECT_EQ(unknown.status, 401);
  EXPECT_THAT(unknown.body, HasSubstr("M_UNKNOWN_TOKEN"));
  EXPECT_THAT(unknown.body, HasSubstr(R"("soft_logout":false)"));
  EXPECT_THAT(gateway_.Send("GET", kWhoAmI, "expired").body, HasSubstr(R"("soft_logout":true)"));
}

TEST_F(GatewayTest, AsksNobodyAboutWhatCannotBeAToken) {
  EXPECT_EQ(gateway_.Send("GET", kWhoAmI, std::string(2000, 'x')).status, 401);
  EXPECT_EQ(gateway_.Send("GET", kWhoAmI, "\xff\xfe").status, 401);
  EXPECT_EQ(gateway_.checks(), 0);
}

TEST_F(GatewayTest, LetsLockedUsersOnlyLogOut) {
  gateway_.Answer(AccountService::Logout, "{}");
  const http::Reply refused = gateway_.Send("GET", kWhoAmI, "locked");
  EXPECT_EQ(refused.status, 401);
  EXPECT_THAT(refused.body, HasSubstr("M_USER_LOCKED"));
  EXPECT_EQ(gateway_.Send("POST", "/_matrix/client/v3/logout", "locked").status, 200);
}

TEST_F(GatewayTest, LetsSuspendedUsersReadAndLeaveButNotSend) {
  gateway_.Answer(RoomService::LeaveRoom, "{}");
  const http::Reply refused = gateway_.Send("PUT", kSend, "suspended", "{}");
  EXPECT_EQ(refused.status, 403);
  EXPECT_THAT(refused.body, HasSubstr("M_USER_SUSPENDED"));
  EXPECT_EQ(gateway_.Send("POST", "/_matrix/client/v3/rooms/!a:b/leave", "suspended").status, 200);
  EXPECT_THAT(gateway_.Asked(RoomService::LeaveRoom), HasSubstr("is_suspended: true"));
}

TEST_F(GatewayTest, RefusesGuestsWhereTheSpecificationDoes) {
  EXPECT_THAT(gateway_.Send("GET", "/_matrix/client/v3/joined_rooms", "guest").body,
              HasSubstr("M_GUEST_ACCESS_FORBIDDEN"));
}

TEST_F(GatewayTest, BindsPathBodyAndUserAndRendersTheEventId) {
  gateway_.Answer(EventPersisterService::SendEvent, "$event");
  const http::Reply reply = gateway_.Send("PUT", kSend, "alice", R"({"body":"hi"})");
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.body, R"({"event_id":"$event"})");
  const std::string asked = gateway_.Asked(EventPersisterService::SendEvent);
  EXPECT_THAT(asked, HasSubstr(R"(room_id: "!a:b")"));
  EXPECT_THAT(asked, HasSubstr(R"(type: "m.room.message")"));
  EXPECT_THAT(asked, HasSubstr(R"(txn_id: "t1")"));
  EXPECT_THAT(asked, HasSubstr(R"(body_json: "{\"body\":\"hi\"}")"));
  EXPECT_THAT(asked, HasSubstr(R"(device_id: "DEVICE")"));
}

TEST_F(GatewayTest, LetsNoQuerySetInternalFields) {
  gateway_.Answer(EventPersisterService::SendEvent, "$event");
  gateway_.Send("PUT", std::string(kSend) + "?origin_server_ts=5&skip_if_unchanged=true&state_key=x", "alice", "{}");
  const std::string asked = gateway_.Asked(EventPersisterService::SendEvent);
  EXPECT_THAT(asked, Not(HasSubstr("origin_server_ts")));
  EXPECT_THAT(asked, Not(HasSubstr("skip_if_unchanged")));
  EXPECT_THAT(asked, Not(HasSubstr("state_key")));
}

TEST_F(GatewayTest, SendsRedactionsAsEvents) {
  gateway_.Answer(EventPersisterService::SendEvent, "$event");
  EXPECT_EQ(gateway_.Send("PUT", "/_matrix/client/v3/rooms/!a:b/redact/$old/t1", "alice").status, 200);
  const std::string asked = gateway_.Asked(EventPersisterService::SendEvent);
  EXPECT_THAT(asked, HasSubstr(R"(type: "m.room.redaction")"));
  EXPECT_THAT(asked, HasSubstr(R"(redacts: "$old")"));
  EXPECT_THAT(asked, HasSubstr(R"(body_json: "{}")"));
}

TEST_F(GatewayTest, ChecksQueryParameters) {
  gateway_.Answer(RoomService::GetMessages, "{}");
  const std::string messages = "/_matrix/client/v3/rooms/!a:b/messages";
  EXPECT_EQ(gateway_.Send("GET", messages + "?dir=b", "alice").status, 200);
  EXPECT_THAT(gateway_.Asked(RoomService::GetMessages), HasSubstr("limit: -1"));
  for (const char* limit : {"-1", "ten", "1.5", "99999999999999999999", ""}) {
    const http::Reply reply = gateway_.Send("GET", messages + "?dir=b&limit=" + limit, "alice");
    EXPECT_EQ(reply.status, 400) << limit;
    EXPECT_THAT(reply.body, HasSubstr("M_INVALID_PARAM")) << limit;
  }
  EXPECT_EQ(gateway_.Send("GET", "/_matrix/client/v3/sync?full_state=yes", "alice").status, 400);
  EXPECT_EQ(gateway_.Send("GET", "/_matrix/client/v3/sync?set_presence=asleep", "alice").status, 400);
}

TEST_F(GatewayTest, PassesOnTheServersToJoinThroughByEitherName) {
  gateway_.Answer(RoomService::JoinRoom, "{}");
  gateway_.Send("POST", "/_matrix/client/v3/join/%23r%3Ab?server_name=one&server_name=two", "alice");
  EXPECT_THAT(gateway_.Asked(RoomService::JoinRoom), HasSubstr(R"(via: "one" via: "two")"));
  EXPECT_THAT(gateway_.Asked(RoomService::JoinRoom), HasSubstr(R"(room_id_or_alias: "#r:b")"));
  gateway_.Send("POST", "/_matrix/client/v3/join/%23r%3Ab?server_name=one&via=two", "alice");
  EXPECT_THAT(gateway_.Asked(RoomService::JoinRoom), Not(HasSubstr("one")));
}

TEST_F(GatewayTest, BindsEveryFormOfAStateEvent) {
  gateway_.Answer(RoomService::SetRoomState, "{}");
  const std::string state = "/_matrix/client/v3/rooms/!a:b/state/m.room.topic";
  for (const char* ending : {"", "/"}) {
    EXPECT_EQ(gateway_.Send("PUT", state + ending, "alice", "{}").status, 200);
    EXPECT_THAT(gateway_.Asked(RoomService::SetRoomState), Not(HasSubstr("state_key")));
  }
  gateway_.Send("PUT", state + "/a%2Fb", "alice", "{}");
  EXPECT_THAT(gateway_.Asked(RoomService::SetRoomState), HasSubstr(R"(state_key: "a/b")"));
}

TEST_F(GatewayTest, BindsThePushRuleAttributeFromThePath) {
  gateway_.Answer(AccountService::GetPushRuleAttribute, "{}");
  gateway_.Send("GET", "/_matrix/client/v3/pushrules/global/override/.m.rule.master/enabled", "alice");
  const std::string asked = gateway_.Asked(AccountService::GetPushRuleAttribute);
  EXPECT_THAT(asked, HasSubstr(R"(attribute: "enabled")"));
  EXPECT_THAT(asked, HasSubstr(R"(scope: "global")"));
  EXPECT_THAT(asked, HasSubstr(R"(user_id: "@alice:example.org")"));
}

TEST_F(GatewayTest, RefusesBodiesThatAreNotObjects) {
  const auto errcode = [this](const std::string& body) { return gateway_.Send("PUT", kSend, "alice", body).body; };
  EXPECT_THAT(errcode("{"), HasSubstr("M_NOT_JSON"));
  EXPECT_THAT(errcode(""), HasSubstr("M_NOT_JSON"));
  EXPECT_THAT(errcode("[]"), HasSubstr("M_BAD_JSON"));
  EXPECT_THAT(errcode("{\"a\":\"\xff\"}"), HasSubstr("M_NOT_JSON"));
  EXPECT_THAT(errcode(std::string(100'000, '[')), HasSubstr("M_NOT_JSON"));
}

TEST_F(GatewayTest, TakesDuplicateKeysAndHugeNumbersWithinLimits) {
  gateway_.Answer(EventPersisterService::SendEvent, "$event");
  std::string duplicates = "{";
  for (int i = 0; i < 30'000; ++i) duplicates += "\"a\":1,";
  EXPECT_EQ(gateway_.Send("PUT", kSend, "alice", duplicates + "\"a\":2}").status, 200);
  EXPECT_EQ(gateway_.Send("PUT", kSend, "alice", "{\"a\":" + std::string(10'000, '9') + "}").status, 200);
}

TEST_F(GatewayTest, RefusesBodiesThatAreTooLarge) {
  const http::Reply reply = gateway_.Send("PUT", kSend, "alice", std::string(300'000, ' '));
  EXPECT_EQ(reply.status, 413);
  EXPECT_THAT(reply.body, HasSubstr("M_TOO_LARGE"));
  EXPECT_TRUE(reply.Says("Access-Control-Allow-Origin: *"));
}

TEST_F(GatewayTest, RendersTheChallengesOfUserInteractiveAuthentication) {
  gateway_.Fail(AccountService::Register, errors::Matrix(401, "", "", R"({"flows":[],"params":{},"session":"s"})"));
  const http::Reply reply = gateway_.Send("POST", "/_matrix/client/v3/register", "", "{}");
  EXPECT_EQ(reply.status, 401);
  EXPECT_EQ(reply.body, R"({"flows":[],"params":{},"session":"s"})");
}

TEST_F(GatewayTest, AnswersFaultsOfServicesWithoutTheirInside) {
  gateway_.Fail(AccountService::WhoAmI, absl::InternalError("secret"));
  const http::Reply reply = gateway_.Send("GET", kWhoAmI, "alice");
  EXPECT_EQ(reply.status, 500);
  EXPECT_THAT(reply.body, Not(HasSubstr("secret")));
}

TEST_F(GatewayTest, FailsAtItsFaultPoints) {
  ArmFault("gateway.before.GET /_matrix/client/v3/account/whoami", {.code = absl::StatusCode::kUnavailable});
  EXPECT_EQ(gateway_.Send("GET", kWhoAmI, "alice").status, 503);
  DisarmFaults();
}

TEST_F(GatewayTest, CountsRequestsByRouteAndStatus) {
  gateway_.Send("GET", "/_matrix/client/v3/profile/@a:b/x%00");
  gateway_.Send("GET", kWhoAmI, "mallory");
  EXPECT_THAT(gateway_.metrics().Render(), HasSubstr("GET /_matrix/client/v3/account/whoami"));
}

TEST_F(GatewayTest, PublishesNoWellKnownUnlessConfigured) {
  EXPECT_THAT(gateway_.Send("GET", "/.well-known/matrix/client").body, HasSubstr("M_NOT_FOUND"));
}

TEST_F(GatewayTest, OffersItsCapabilitiesToUsers) {
  EXPECT_EQ(gateway_.Send("GET", "/_matrix/client/v3/capabilities").status, 401);
  const http::Reply reply = gateway_.Send("GET", "/_matrix/client/v3/capabilities", "alice");
  EXPECT_THAT(reply.body, HasSubstr(R"("m.room_versions":{"default":"12")"));
}

TEST(GatewayLimitsTest, RefusesWhatIsOverALimitAndSaysWhenToComeBack) {
  platform::TenantConfig tenant = TenantNamed("example.org");
  tenant.limits.message = {.per_second = 0.5, .burst = 2};
  GatewayHarness gateway({tenant});
  gateway.Answer(EventPersisterService::SendEvent, "$event");
  EXPECT_EQ(gateway.Send("PUT", kSend, "alice", "{}").status, 200);
  EXPECT_EQ(gateway.Send("PUT", kSend, "alice", "{}").status, 200);
  const http::Reply reply = gateway.Send("PUT", kSend, "alice", "{}");
  EXPECT_EQ(reply.status, 429);
  EXPECT_THAT(reply.body, HasSubstr("M_LIMIT_EXCEEDED"));
  EXPECT_THAT(reply.body, HasSubstr("retry_after_ms"));
  EXPECT_TRUE(reply.Says("Retry-After: "));
  EXPECT_EQ(gateway.Send("PUT", kSend, "guest", "{}").status, 200) << "another user has a limit of their own";
}

TEST(GatewayLimitsTest, LimitsLoginsByTheUserWhomTheyName) {
  platform::TenantConfig tenant = TenantNamed("example.org");
  tenant.limits.login = {.per_second = 0.01, .burst = 3};
  GatewayHarness gateway({tenant});
  gateway.Answer(AccountService::Login, "{}");
  const auto login = [&](std::string_view address, std::string_view user) {
    const std::string body = absl::StrCat(R"({"identifier":{"user":")", user, R"("}})");
    http::Client client(gateway.port());
    return client
        .Exchange(absl::StrCat("POST /_matrix/client/v3/login HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: ", address,
                               "\r\nContent-Length: ", body.size(), "\r\n\r\n", body))
        .status;
  };
  EXPECT_EQ(login("198.51.100.1", "bob"), 200);
  EXPECT_EQ(login("198.51.100.2", "@bob:example.org"), 200);
  EXPECT_EQ(login("198.51.100.3", "BOB"), 200);
  EXPECT_EQ(login("198.51.100.4", "bob"), 429);
  EXPECT_EQ(login("198.51.100.4", "carol"), 200);
}

}  // namespace
}  // namespace plexus::gateway
