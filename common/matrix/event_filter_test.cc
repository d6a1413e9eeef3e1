#include "common/matrix/event_filter.h"

#include <gtest/gtest.h>

#include <chrono>

#include "common/base/matrix_error.h"
#include "common/json/canonical.h"
#include "common/json/parse.h"
#include "common/matrix/test_room.h"

namespace plexus::matrix {
namespace {

json::Object Parsed(std::string_view text) { return json::ParseObject(text).value(); }
RoomEventFilter RoomEvents(std::string_view text) { return ParseRoomEventFilter(Parsed(text)).value(); }
std::string Errcode(std::string_view text) {
  const absl::Status status = ParseFilter(Parsed(text)).status();
  return status.ok() ? "" : FromStatus(status).errcode;
}

TEST(EventFilterTest, ReadsEveryMember) {
  const Filter filter = ParseFilter(Parsed(R"({
      "event_fields":["type","content.body"], "event_format":"federation",
      "presence":{"not_senders":["@x:y"]}, "account_data":{"limit":5,"types":["a*"]},
      "room":{"rooms":["!a:b"],"not_rooms":["!c:d"],"include_leave":true,
              "timeline":{"limit":10,"contains_url":true,"unread_thread_notifications":true},
              "state":{"lazy_load_members":true,"include_redundant_members":true},
              "ephemeral":{"types":[]},"account_data":{"not_types":["m.tag"]}},
      "unknown":1})"))
                            .value();
  EXPECT_EQ(filter.event_fields->size(), 2u);
  EXPECT_TRUE(filter.federation_format);
  EXPECT_EQ(filter.presence.not_senders, std::vector<std::string>{"@x:y"});
  EXPECT_EQ(filter.account_data.limit, 5);
  EXPECT_EQ(filter.room.rooms, std::vector<std::string>{"!a:b"});
  EXPECT_TRUE(filter.room.include_leave);
  EXPECT_EQ(filter.room.timeline.limit, 10);
  EXPECT_EQ(filter.room.timeline.contains_url, true);
  EXPECT_TRUE(filter.room.timeline.unread_thread_notifications);
  EXPECT_TRUE(filter.room.state.lazy_load_members);
  EXPECT_TRUE(filter.room.state.include_redundant_members);
  EXPECT_TRUE(filter.room.ephemeral.types->empty());
  EXPECT_EQ(filter.room.account_data.not_types, std::vector<std::string>{"m.tag"});
}

TEST(EventFilterTest, RefusesBadFilters) {
  EXPECT_EQ(Errcode(R"({"room":[]})"), "M_BAD_JSON");
  EXPECT_EQ(Errcode(R"({"room":{"timeline":{"limit":"5"}}})"), "M_BAD_JSON");
  EXPECT_EQ(Errcode(R"({"room":{"timeline":{"types":"m.room.message"}}})"), "M_BAD_JSON");
  EXPECT_EQ(Errcode(R"({"room":{"state":{"types":[1]}}})"), "M_BAD_JSON");
  EXPECT_EQ(Errcode(R"({"room":{"include_leave":1}})"), "M_BAD_JSON");
  EXPECT_EQ(Errcode(R"({"room":{"timeline":{"limit":0}}})"), "M_INVALID_PARAM");
  EXPECT_EQ(Errcode(R"({"room":{"rooms":["not_a_room_id"]}})"), "M_INVALID_PARAM");
  EXPECT_EQ(Errcode(R"({"presence":{"senders":["not_a_sender_id"]}})"), "M_INVALID_PARAM");
  EXPECT_EQ(Errcode(R"({"event_format":"xml"})"), "M_INVALID_PARAM");
  json::Object many;
  many["event_fields"] = json::Array(kMaxFilterEntries + 1, "x");
  EXPECT_EQ(FromStatus(ParseFilter(many).status()).errcode, "M_INVALID_PARAM");
  EXPECT_EQ(Errcode("{}"), "");
}

TEST(EventFilterTest, MatchesByEachField) {
  struct Case {
    std::string_view filter;
    bool matches;
  };
  const Case cases[] = {
      {"{}", true},
      {R"({"types":["m.room.*"]})", true},
      {R"({"types":["m.room.member"]})", false},
      {R"({"types":[]})", false},
      {R"({"not_types":["m.*.message"]})", false},
      {R"({"types":["m.room.message"],"not_types":["m.room.message"]})", false},
      {R"({"senders":["@a:one"]})", true},
      {R"({"senders":["@b:one"]})", false},
      {R"({"not_senders":["@a:one"]})", false},
      {R"({"senders":["@a:one"],"not_senders":["@a:one"]})", false},
      {R"({"rooms":["!room:one"]})", true},
      {R"({"rooms":["!other:one"]})", false},
      {R"({"rooms":["!room:one"],"not_rooms":["!room:one"]})", false},
      {R"({"contains_url":true})", true},
      {R"({"contains_url":false})", false},
  };
  const Event event = TestRoom("11").Make("m.room.message", std::nullopt, "@a:one", R"({"url":"mxc://a/b"})");
  for (const Case& test : cases) EXPECT_EQ(Matches(RoomEvents(test.filter), event), test.matches) << test.filter;
}

TEST(EventFilterTest, WildcardsStandForAnyCharacters) {
  struct Case {
    std::string_view pattern, text;
    bool matches;
  };
  const Case cases[] = {
      {"", "", true},        {"", "a", false},          {"*", "", true},          {"*", "abc", true},
      {"a*", "abc", true},   {"a*", "bac", false},      {"*c", "abc", true},      {"*c", "abcd", false},
      {"a*c", "abbc", true}, {"a*a", "a", false},       {"a*a", "aa", true},      {"a**b", "ab", true},
      {"*b*", "abc", true},  {"*ab*ab*", "abab", true}, {"*ab*ab", "aab", false}, {"a*b*c", "axbxbxc", true},
      {"a.c", "abc", false},
  };
  for (const Case& test : cases) {
    EXPECT_EQ(MatchesWildcard(test.pattern, test.text), test.matches) << test.pattern << " " << test.text;
  }
}

TEST(EventFilterTest, ManyWildcardsTakeNoLonger) {
  std::string pattern;
  for (int i = 0; i < 10'000; ++i) pattern += "*a";
  const std::string text(100'000, 'a');
  const auto start = std::chrono::steady_clock::now();
  EXPECT_FALSE(MatchesWildcard(pattern + "b", text));
  EXPECT_TRUE(MatchesWildcard(pattern, text));
  // With backtracking this would not end.
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(2));
}

TEST(SelectFieldsTest, KeepsThePathsThatAreNamed) {
  const json::Object event =
      Parsed(R"({"type":"t","content":{"body":"b","m.relates_to":{"rel_type":"r"},"x":1},"sender":"s"})");
  auto selected = [&](std::vector<std::string> fields) {
    return json::Canonical(SelectFields(event, AllowList(std::move(fields)))).value();
  };
  EXPECT_EQ(selected({"type", "content.body"}), R"({"content":{"body":"b"},"type":"t"})");
  EXPECT_EQ(selected({R"(content.m\.relates_to.rel_type)"}), R"({"content":{"m.relates_to":{"rel_type":"r"}}})");
  EXPECT_EQ(selected({"content.absent", "type.deeper"}), "{}");
  EXPECT_EQ(selected({}), "{}");
  EXPECT_EQ(SelectFields(event, std::nullopt), event);
}

}  // namespace
}  // namespace plexus::matrix
