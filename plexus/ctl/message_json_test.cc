#include "plexus/ctl/message_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plexus/ctl/arguments.h"
#include "plexus/test/v1/test_service.pb.h"

namespace plexus {
namespace {

using test::v1::DownloadResponse;

TEST(MessageJsonTest, ShowsJsonWhereBytesHoldIt) {
  DownloadResponse message;
  message.set_content_type("application/json");
  message.set_body_json(R"({"a":[1,2]})");
  EXPECT_EQ(*MessageToJson(message), R"({"content_type":"application/json","body_json":{"a":[1,2]}})");
  message.set_body_json("no JSON");
  EXPECT_EQ(*MessageToJson(message), R"({"content_type":"application/json","body_json":"bm8gSlNPTg=="})");
}

TEST(MessageJsonTest, ReadsWhatItShows) {
  DownloadResponse message;
  ASSERT_TRUE(MessageFromJson(R"({"content_type":"x","body_json":{"a":1}})", message).ok());
  EXPECT_EQ(message.body_json(), R"({"a":1})");
  ASSERT_TRUE(MessageFromJson(R"({"contentType":"y","bodyJson":"bm8="})", message).ok());
  EXPECT_EQ(message.content_type(), "y");
  EXPECT_EQ(message.body_json(), "no");
}

TEST(MessageJsonTest, SaysWhatIsWrong) {
  DownloadResponse message;
  for (const char* text : {"{", "[]", R"({"no_such_field":1})", R"({"content_type":{}})"}) {
    const absl::Status status = MessageFromJson(text, message);
    EXPECT_TRUE(IsUsageError(status)) << text;
    EXPECT_THAT(std::string(status.message()), ::testing::HasSubstr("the request is not")) << text;
  }
}

}  // namespace
}  // namespace plexus
