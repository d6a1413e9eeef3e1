// The small rules of this directory.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/base/matrix_error.h"
#include "common/json/parse.h"
#include "common/matrix/test_room.h"
#include "services/room/domain/canonical_alias.h"
#include "services/room/domain/member_filter.h"
#include "services/room/domain/page_request.h"
#include "services/room/domain/restricted_join.h"
#include "services/room/domain/thread_id.h"

namespace plexus::room {
namespace {

using matrix::Membership;
using ::testing::ElementsAre;

json::Object Json(std::string_view text) { return json::ParseObject(text).value(); }

TEST(MemberFilter, LetsEverybodyPassWithoutRestriction) {
  EXPECT_TRUE(ParseMemberFilter("", "").value().Passes(Membership::kBan));
}

TEST(MemberFilter, TakesEitherOfTwoConditions) {
  const MemberFilter filter = ParseMemberFilter("leave", "leave").value();
  EXPECT_TRUE(filter.Passes(Membership::kLeave));
  EXPECT_TRUE(filter.Passes(Membership::kJoin));
  EXPECT_FALSE(ParseMemberFilter("join", "").value().Passes(Membership::kLeave));
  EXPECT_FALSE(ParseMemberFilter("", "leave").value().Passes(Membership::kLeave));
  EXPECT_FALSE(ParseMemberFilter("join", "leave").value().Passes(Membership::kLeave));
}

TEST(MemberFilter, RefusesWhatIsNoMembership) {
  EXPECT_EQ(FromStatus(ParseMemberFilter("joined", "").status()).errcode, "M_INVALID_PARAM");
}

TEST(ThreadId, MustBeMainOrAnEvent) {
  EXPECT_EQ(ThreadIdOf(Json("{}"), "m.read").value(), "");
  EXPECT_EQ(ThreadIdOf(Json(R"({"thread_id":"main"})"), "m.read").value(), "main");
  EXPECT_EQ(ThreadIdOf(Json(R"({"thread_id":"$root"})"), "m.read.private").value(), "$root");
  for (const char* bad : {R"({"thread_id":""})", R"({"thread_id":1})", R"({"thread_id":"other"})"}) {
    EXPECT_EQ(FromStatus(ThreadIdOf(Json(bad), "m.read").status()).errcode, "M_INVALID_PARAM") << bad;
  }
}

TEST(ThreadId, DoesNotGoWithFullyRead) {
  EXPECT_EQ(FromStatus(ThreadIdOf(Json(R"({"thread_id":"main"})"), "m.fully_read").status()).errcode,
            "M_INVALID_PARAM");
}

TEST(AddedAliases, AreThoseThatWereNotThereBefore) {
  const json::Object before = Json(R"({"alias":"#a:one","alt_aliases":["#b:one"]})");
  const json::Object now = Json(R"({"alias":"#b:one","alt_aliases":["#c:one","#a:one","#c:one"]})");
  EXPECT_THAT(AddedAliases(now, &before).value(), ElementsAre("#c:one"));
  EXPECT_THAT(AddedAliases(now, nullptr).value(), ElementsAre("#a:one", "#b:one", "#c:one"));
  EXPECT_TRUE(AddedAliases(Json(R"({"alias":""})"), nullptr).value().empty());
}

TEST(AddedAliases, MustBeAliases) {
  EXPECT_EQ(FromStatus(AddedAliases(Json(R"({"alias":"a"})"), nullptr).status()).errcode, "M_INVALID_PARAM");
  EXPECT_EQ(FromStatus(AddedAliases(Json(R"({"alt_aliases":"#a:b"})"), nullptr).status()).errcode, "M_BAD_JSON");
}

TEST(PageRequest, PrefersTheParameterAndBoundsIt) {
  const matrix::RoomEventFilter filter = ParsePageFilter(R"({"limit":7})").value();
  EXPECT_EQ(PageLimit(-1, filter), 7u);
  EXPECT_EQ(PageLimit(3, filter), 3u);
  EXPECT_EQ(PageLimit(-1, ParsePageFilter("").value()), kDefaultPageEvents);
  EXPECT_EQ(PageLimit(1'000'000, filter), kMaxPageEvents);
}

TEST(RestrictedJoin, KnowsTheRules) {
  matrix::TestRoom room("11");
  EXPECT_FALSE(IsRestricted(nullptr));
  for (const auto& [rule, restricted] :
       {std::pair{"public", false}, {"restricted", true}, {"knock_restricted", true}}) {
    room.SetState(matrix::kRoomJoinRules, absl::StrCat(R"({"join_rule":")", rule, R"("})"));
    EXPECT_EQ(IsRestricted(room.Find(matrix::kRoomJoinRules, "")), restricted) << rule;
  }
}

TEST(RestrictedJoin, ListsRoomsAndSkipsWhatItDoesNotKnow) {
  matrix::TestRoom room("11");
  room.SetState(matrix::kRoomJoinRules, R"({"join_rule":"restricted","allow":[1,{"type":"other","room_id":"!x:one"},
      {"type":"m.room_membership","room_id":"!a:one"},{"type":"m.room_membership","room_id":5}]})");
  EXPECT_THAT(AllowedRooms(*room.Find(matrix::kRoomJoinRules, "")), ElementsAre("!a:one"));
}

TEST(RestrictedJoin, PicksTheMightiestLocalUserWhoMayInvite) {
  matrix::TestRoom room("11");
  room.SetState(matrix::kRoomPowerLevels,
                R"({"invite":50,"users":{"@low:one":10,"@mid:one":50,"@high:one":60,"@far:two":100}})");
  const matrix::PowerLevels levels(room.create(), room.Find(matrix::kRoomPowerLevels, ""));
  const std::vector<std::string> joined{"@low:one", "@mid:one", "@high:one", "@far:two"};
  EXPECT_EQ(PickAuthoriser(levels, joined, "one"), "@high:one");
  EXPECT_EQ(PickAuthoriser(levels, {"@low:one", "@far:two"}, "one"), std::nullopt);
}

}  // namespace
}  // namespace plexus::room
