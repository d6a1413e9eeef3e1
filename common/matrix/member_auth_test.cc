// Rule 4 of room version 11 (rule 5 of room version 12 and of those before 6), line by line.
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "common/matrix/base64.h"
#include "common/matrix/every_room_version.h"
#include "common/matrix/test_room.h"

namespace plexus::matrix {
namespace {

constexpr std::string_view kMemberships[] = {"leave", "join", "invite", "knock", "ban"};

class MemberAuthTest : public testing::TestWithParam<std::string> {
 protected:
  MemberAuthTest() : room_(GetParam()) { room_.SetMember("@creator:one", "join"); }
  bool IsSince(int first) const { return matrix::IsSince(first, GetParam()); }

  void SetJoinRule(std::string_view rule) {
    room_.SetState(kRoomJoinRules, absl::StrCat(R"({"join_rule":")", rule, R"("})"));
  }
  std::string Verdict(std::string_view sender, std::string_view target, std::string_view membership) {
    return room_.Verdict(room_.Member(sender, target, membership));
  }
  // The verdict on a join of @b:two that names `authoriser`.
  std::string AuthorisedJoinVerdict(std::string_view authoriser, bool is_signed = true) {
    const std::string content =
        absl::StrCat(R"({"membership":"join","join_authorised_via_users_server":)", authoriser, "}");
    return room_.Verdict(room_.Make(kRoomMember, "@b:two", "@b:two", content), is_signed);
  }

  TestRoom room_;
};

PLEXUS_IN_EVERY_ROOM_VERSION(MemberAuthTest);

// 4.1 and 4.8.
TEST_P(MemberAuthTest, WantsAStateKeyAndAMembership) {
  constexpr std::string_view kComplaint = "A member event needs a state key and a membership";
  EXPECT_EQ(room_.Verdict(room_.Make(kRoomMember, std::nullopt, "@b:one", R"({"membership":"join"})")), kComplaint);
  EXPECT_EQ(room_.Verdict(room_.Make(kRoomMember, "@b:one", "@b:one", "{}")), kComplaint);
  EXPECT_EQ(room_.Verdict(room_.Make(kRoomMember, "@b:one", "@b:one", R"({"membership":1})")), kComplaint);
  EXPECT_EQ(Verdict("@b:one", "@b:one", "lurk"), "Unknown membership");
}

// 4.2.
TEST_P(MemberAuthTest, AnAuthorisersServerMustHaveSigned) {
  SetJoinRule("public");
  constexpr std::string_view kComplaint =
      "The join is not signed by the server of the user who is said to authorise it";
  EXPECT_EQ(AuthorisedJoinVerdict(R"("@creator:one")", true), "");
  const std::string_view expected = IsSince(8) ? kComplaint : "";
  EXPECT_EQ(AuthorisedJoinVerdict(R"("@creator:one")", false), expected);
  EXPECT_EQ(AuthorisedJoinVerdict(R"("nobody")", true), expected);
  EXPECT_EQ(AuthorisedJoinVerdict("7", true), expected);
}

// 4.3.1.
TEST_P(MemberAuthTest, TheCreatorJoinsRightAfterCreation) {
  room_.RemoveState(kRoomMember, "@creator:one");
  const std::string create(room_.create().event_id());
  auto join = [&](std::string_view user, std::string previous) {
    return room_.Verdict(
        room_.Make(kRoomMember, std::string(user), user, R"({"membership":"join"})", std::move(previous)));
  };
  EXPECT_EQ(join("@creator:one", create), "");
  EXPECT_EQ(join("@creator:one", "$other"), "You are not invited to this room");
  EXPECT_EQ(join("@b:one", create), "You are not invited to this room");
}

TEST(MemberAuthCreatorTest, TheCreatorIsNamedByContentUntilRoomVersion10AndByTheSenderAfterwards) {
  for (const std::string& version : AllVersions()) {
    TestRoom room(version, R"({"creator":"@named:one","additional_creators":["@named:one"]})");
    auto join = [&](std::string_view user) {
      return room.Verdict(room.Make(kRoomMember, std::string(user), user, R"({"membership":"join"})",
                                    std::string(room.create().event_id())));
    };
    EXPECT_EQ(join("@named:one").empty(), !IsSince(11, version)) << version;
    EXPECT_EQ(join("@creator:one").empty(), IsSince(11, version)) << version;
  }
}

// 4.3.2.
TEST_P(MemberAuthTest, NobodyJoinsForOthers) {
  SetJoinRule("public");
  EXPECT_EQ(Verdict("@creator:one", "@b:one", "join"), "Nobody can join for another user");
}

// 4.3.3 to 4.3.7: by join rule, who may join from which membership.
TEST_P(MemberAuthTest, JoinRulesDecideWhoJoins) {
  struct Case {
    std::string_view rule;
    std::string_view allowed_from;  // memberships, each followed by a space
  };
  const Case cases[] = {
      {"public", "leave join invite knock "},
      {"invite", "join invite "},
      {"knock", IsSince(7) ? "join invite " : ""},
      {"restricted", IsSince(8) ? "join invite " : ""},
      {"knock_restricted", IsSince(10) ? "join invite " : ""},
      {"private", ""},
      {"unheard-of", ""},
  };
  for (const Case& test : cases) {
    SetJoinRule(test.rule);
    for (std::string_view membership : kMemberships) {
      room_.SetMember("@b:two", membership);
      const bool allowed = test.allowed_from.find(absl::StrCat(membership, " ")) != std::string_view::npos;
      EXPECT_EQ(Verdict("@b:two", "@b:two", "join").empty(), allowed) << test.rule << " from " << membership;
    }
  }
}

TEST_P(MemberAuthTest, RejectsJoinWhenBanned) {
  SetJoinRule("public");
  room_.SetMember("@b:two", "ban");
  EXPECT_EQ(Verdict("@b:two", "@b:two", "join"), "You are banned from this room");
}

TEST_P(MemberAuthTest, ARoomWithoutJoinRulesIsByInvitation) {
  EXPECT_EQ(Verdict("@b:two", "@b:two", "join"), "You are not invited to this room");
  room_.SetMember("@b:two", "invite");
  EXPECT_EQ(Verdict("@b:two", "@b:two", "join"), "");
}

// 4.3.5.
TEST_P(MemberAuthTest, RestrictedJoinsNeedAMemberWhoMayInvite) {
  room_.SetMember("@low:one", "join");
  room_.SetMember("@gone:one", "leave");
  room_.SetState(kRoomPowerLevels, R"({"invite":10,"users":{"@gone:one":100,"@inviter:one":10}})");
  room_.SetMember("@inviter:one", "join");
  for (std::string_view rule : {"restricted", "knock_restricted"}) {
    SetJoinRule(rule);
    if (!IsSince(rule == "restricted" ? 8 : 10)) {
      EXPECT_EQ(AuthorisedJoinVerdict(R"("@inviter:one")"), "You are not invited to this room");
      continue;
    }
    EXPECT_EQ(AuthorisedJoinVerdict(R"("@inviter:one")"), "");
    EXPECT_EQ(AuthorisedJoinVerdict(R"("@low:one")"), "The join is authorised by a user who may not invite");
    EXPECT_EQ(AuthorisedJoinVerdict(R"("@gone:one")"), "The join is not authorised by a member of the room");
    EXPECT_EQ(Verdict("@b:two", "@b:two", "join"), "The join is not authorised by a member of the room");
  }
}

// 4.4.2 to 4.4.5.
TEST_P(MemberAuthTest, InvitesNeedAMemberAPlaceAndALevel) {
  EXPECT_EQ(Verdict("@b:one", "@c:one", "invite"), "You are not in the room");
  room_.SetMember("@b:one", "join");
  EXPECT_EQ(Verdict("@b:one", "@c:one", "invite"), "");
  for (std::string_view membership : kMemberships) {
    room_.SetMember("@c:one", membership);
    const bool allowed = membership != "join" && membership != "ban";
    EXPECT_EQ(Verdict("@b:one", "@c:one", "invite").empty(), allowed) << membership;
  }
  room_.RemoveState(kRoomMember, "@c:one");
  room_.SetState(kRoomPowerLevels, R"({"invite":1})");
  EXPECT_EQ(Verdict("@b:one", "@c:one", "invite"), "You don't have permission to invite users");
}

// 4.5.1.
TEST_P(MemberAuthTest, LeavingNeedsSomethingToLeave) {
  for (std::string_view membership : kMemberships) {
    room_.SetMember("@b:one", membership);
    const bool allowed = membership == "invite" || membership == "join" || (membership == "knock" && IsSince(7));
    EXPECT_EQ(Verdict("@b:one", "@b:one", "leave").empty(), allowed) << membership;
  }
  EXPECT_EQ(Verdict("@stranger:one", "@stranger:one", "leave"), "You are not in the room");
}

// 4.5.2 to 4.5.5: kicks and unbans.
TEST_P(MemberAuthTest, KicksAndUnbansTakeLevels) {
  struct Case {
    std::string_view sender_membership, target_membership;
    int sender, target, kick, ban;
    std::string_view verdict;
  };
  const Case cases[] = {
      {"join", "join", 50, 0, 50, 50, ""},
      {"join", "invite", 50, 0, 50, 50, ""},
      {"leave", "join", 50, 0, 50, 50, "You are not in the room"},
      {"join", "join", 49, 0, 50, 50, "You don't have permission to remove @b:one"},
      {"join", "join", 50, 50, 50, 50, "You don't have permission to remove @b:one"},
      {"join", "join", 50, 49, 50, 50, ""},
      {"join", "ban", 50, 0, 50, 50, ""},
      {"join", "ban", 50, 0, 50, 51, "You don't have permission to unban users"},
      {"join", "join", 50, 0, 50, 51, ""},
      {"join", "ban", 50, 0, 51, 50, "You don't have permission to remove @b:one"},
  };
  for (const Case& test : cases) {
    room_.SetMember("@a:one", test.sender_membership);
    room_.SetMember("@b:one", test.target_membership);
    room_.SetState(kRoomPowerLevels, absl::StrCat(R"({"users":{"@a:one":)", test.sender, R"(,"@b:one":)", test.target,
                                                  R"(},"kick":)", test.kick, R"(,"ban":)", test.ban, "}"));
    EXPECT_EQ(Verdict("@a:one", "@b:one", "leave"), test.verdict);
  }
}

// 4.6.
TEST_P(MemberAuthTest, BansTakeLevels) {
  room_.SetState(kRoomPowerLevels, R"({"users":{"@a:one":50,"@equal:one":50,"@less:one":49},"ban":50})");
  EXPECT_EQ(Verdict("@a:one", "@less:one", "ban"), "You are not in the room");
  room_.SetMember("@a:one", "join");
  room_.SetMember("@less:one", "join");
  EXPECT_EQ(Verdict("@a:one", "@less:one", "ban"), "");
  EXPECT_EQ(Verdict("@a:one", "@stranger:one", "ban"), "");
  EXPECT_EQ(Verdict("@a:one", "@equal:one", "ban"), "You don't have permission to ban @equal:one");
  EXPECT_EQ(Verdict("@less:one", "@stranger:one", "ban"), "You don't have permission to ban @stranger:one");
}

TEST_P(MemberAuthTest, NobodyRemovesACreatorFromRoomVersion12On) {
  room_.SetMember("@a:one", "join");
  room_.SetState(kRoomPowerLevels, R"({"users":{"@a:one":9007199254740991}})");
  const bool allowed = GetParam() != "12";
  EXPECT_EQ(Verdict("@a:one", "@creator:one", "leave").empty(), allowed);
  EXPECT_EQ(Verdict("@a:one", "@creator:one", "ban").empty(), allowed);
}

// 4.7.
TEST_P(MemberAuthTest, NobodyKnocksBeforeRoomVersion7) {
  SetJoinRule("knock");
  EXPECT_EQ(Verdict("@b:two", "@b:two", "knock"), IsSince(7) ? "" : "Unknown membership");
}

TEST_P(MemberAuthTest, KnocksNeedARoomThatTakesThem) {
  if (!IsSince(7)) return;  // see above
  for (std::string_view rule : {"public", "invite", "restricted", "private"}) {
    SetJoinRule(rule);
    EXPECT_EQ(Verdict("@b:two", "@b:two", "knock"), "This room does not take knocks") << rule;
  }
  for (std::string_view rule : {"knock", "knock_restricted"}) {
    SetJoinRule(rule);
    if (rule == "knock_restricted" && !IsSince(10)) {
      EXPECT_EQ(Verdict("@b:two", "@b:two", "knock"), "This room does not take knocks");
      continue;
    }
    EXPECT_EQ(Verdict("@creator:one", "@b:two", "knock"), "Nobody can knock for another user");
    for (std::string_view membership : kMemberships) {
      room_.SetMember("@b:two", membership);
      EXPECT_EQ(Verdict("@b:two", "@b:two", "knock").empty(), membership == "leave" || membership == "knock");
    }
  }
}

// 4.4.1.
class ThirdPartyInviteTest : public MemberAuthTest {
 protected:
  ThirdPartyInviteTest() { SetInvite("public_key", identity_server_.public_key_base64()); }

  void SetInvite(std::string_view key_name, std::string_view key) {
    const std::string content = key_name == "public_key"
                                    ? absl::StrCat(R"({"public_key":")", key, R"("})")
                                    : absl::StrCat(R"({"public_keys":[{},{"public_key":")", key, R"("}]})");
    room_.Accept(room_.Make(kRoomThirdPartyInvite, "token", "@creator:one", content));
  }
  json::Object Signed(std::string_view mxid, std::string_view token) {
    json::Object signed_part;
    signed_part["mxid"] = mxid;
    signed_part["token"] = token;
    EXPECT_TRUE(SignJson(signed_part, "identity", identity_server_).ok());
    return signed_part;
  }
  std::string InviteVerdict(json::Value third_party_invite, std::string sender = "@creator:one") {
    json::Object content;
    content["membership"] = "invite";
    content["third_party_invite"] = std::move(third_party_invite);
    EventTemplate wanted{room_.room_id(), std::string(kRoomMember), "@b:two", sender, content,
                         std::nullopt,    room_.NextEventId("one")};
    const EventPosition position{{"$previous"}, {}, 5, 1, {TestRoom::kSomeHash}};
    return room_.Verdict(BuildEvent(room_.version(), wanted, position, "one", room_.key()).value());
  }
  json::Value Holding(json::Object signed_part) {
    json::Object invite;
    invite["signed"] = std::move(signed_part);
    return invite;
  }

  const SigningKey identity_server_ = SigningKey::Generate();
};

PLEXUS_IN_EVERY_ROOM_VERSION(ThirdPartyInviteTest);

TEST_P(ThirdPartyInviteTest, AllowsWhatTheIdentityServerSigned) {
  EXPECT_EQ(InviteVerdict(Holding(Signed("@b:two", "token"))), "");
  SetInvite("public_keys", identity_server_.public_key_base64());
  EXPECT_EQ(InviteVerdict(Holding(Signed("@b:two", "token"))), "");
  // The inviter need not be in the room any more.
  room_.SetMember("@creator:one", "leave");
  EXPECT_EQ(InviteVerdict(Holding(Signed("@b:two", "token"))), "");
}

TEST_P(ThirdPartyInviteTest, RejectsWhatIsIncompleteOrForAnother) {
  EXPECT_EQ(InviteVerdict(json::Object()), "The third-party invite is not signed");
  EXPECT_EQ(InviteVerdict("text"), "The third-party invite is not signed");
  json::Object no_token = Signed("@b:two", "token");
  no_token.erase("token");
  EXPECT_EQ(InviteVerdict(Holding(no_token)), "The third-party invite lacks its user or token");
  EXPECT_EQ(InviteVerdict(Holding(Signed("@c:two", "token"))), "The third-party invite is for another user");
  EXPECT_EQ(InviteVerdict(Holding(Signed("@b:two", "other"))), "There is no such third-party invite");
  EXPECT_EQ(InviteVerdict(Holding(Signed("@b:two", "token")), "@d:one"), "The third-party invite is another user's");
}

TEST_P(ThirdPartyInviteTest, RejectsTheBanned) {
  room_.SetMember("@b:two", "ban");
  EXPECT_EQ(InviteVerdict(Holding(Signed("@b:two", "token"))), "The invited user is banned from the room");
}

TEST_P(ThirdPartyInviteTest, RejectsWrongSignatures) {
  constexpr std::string_view kComplaint = "The third-party invite's signature is wrong";
  json::Object changed = Signed("@b:two", "token");
  changed["more"] = 1;
  EXPECT_EQ(InviteVerdict(Holding(changed)), kComplaint);
  SetInvite("public_key", SigningKey::Generate().public_key_base64());
  EXPECT_EQ(InviteVerdict(Holding(Signed("@b:two", "token"))), kComplaint);
}

}  // namespace
}  // namespace plexus::matrix
