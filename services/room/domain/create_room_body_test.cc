#include "services/room/domain/create_room_body.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "common/base/matrix_error.h"
#include "common/json/parse.h"

namespace plexus::room {
namespace {

absl::StatusOr<CreateRoomBody> Parse(std::string_view text) {
  return ParseCreateRoom(json::ParseObject(text).value(), {"11", "one", "@creator:one"});
}

struct Refusal {
  const char* body;
  const char* errcode;
  int http_status;
};
class CreateRoomRefusals : public ::testing::TestWithParam<Refusal> {};

TEST_P(CreateRoomRefusals, NameTheirReason) {
  const absl::StatusOr<CreateRoomBody> parsed = Parse(GetParam().body);
  ASSERT_FALSE(parsed.ok());
  EXPECT_EQ(FromStatus(parsed.status()).errcode, GetParam().errcode);
  EXPECT_EQ(FromStatus(parsed.status()).http_status, GetParam().http_status);
}

INSTANTIATE_TEST_SUITE_P(All, CreateRoomRefusals,
                         ::testing::Values(Refusal{R"({"room_version":"nope"})", "M_UNSUPPORTED_ROOM_VERSION", 400},
                                           Refusal{R"({"room_version":"2"})", "M_UNSUPPORTED_ROOM_VERSION", 400},
                                           Refusal{R"({"room_version":11})", "M_BAD_JSON", 400},
                                           Refusal{R"({"preset":"nope"})", "M_INVALID_PARAM", 400},
                                           Refusal{R"({"visibility":"secret"})", "M_INVALID_PARAM", 400},
                                           Refusal{R"({"invite":"@b:one"})", "M_BAD_JSON", 400},
                                           Refusal{R"({"invite":["b"]})", "M_INVALID_PARAM", 400},
                                           Refusal{R"({"invite":["@creator:one"]})", "M_INVALID_PARAM", 400},
                                           Refusal{R"({"invite_3pid":[{"medium":"email"}]})", "M_THREEPID_DENIED", 403},
                                           Refusal{R"({"room_alias_name":"a:b"})", "M_INVALID_PARAM", 400},
                                           Refusal{R"({"room_alias_name":""})", "M_INVALID_PARAM", 400},
                                           Refusal{R"({"name":1})", "M_BAD_JSON", 400},
                                           Refusal{R"({"initial_state":[1]})", "M_BAD_JSON", 400},
                                           Refusal{R"({"initial_state":[{"type":"x"}]})", "M_MISSING_PARAM", 400},
                                           Refusal{R"({"power_level_content_override":[]})", "M_BAD_JSON", 400},
                                           Refusal{R"({"creation_content":"x"})", "M_BAD_JSON", 400}));

TEST(CreateRoomBody, BoundsInvitationsAndInitialState) {
  std::string invites, states;
  for (size_t i = 0; i <= kMaxInvites; ++i) absl::StrAppend(&invites, i ? "," : "", "\"@u", i, ":one\"");
  for (size_t i = 0; i <= kMaxInitialState; ++i) {
    absl::StrAppend(&states, i ? "," : "", R"({"type":"x","state_key":")", i, R"(","content":{}})");
  }
  EXPECT_FALSE(Parse(absl::StrCat(R"({"invite":[)", invites, "]}")).ok());
  EXPECT_FALSE(Parse(absl::StrCat(R"({"initial_state":[)", states, "]}")).ok());
}

TEST(CreateRoomBody, CompletesTheAliasAndDropsRepeatedInvitations) {
  const CreateRoomBody body =
      Parse(R"({"room_alias_name":"pub","invite":["@b:one","@b:one"],"invite_3pid":[]})").value();
  EXPECT_EQ(body.alias, "#pub:one");
  EXPECT_THAT(body.invite, ::testing::ElementsAre("@b:one"));
  EXPECT_EQ(body.version->id, "11");
}

}  // namespace
}  // namespace plexus::room
