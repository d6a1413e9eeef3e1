#include "common/matrix/stream_token.h"

#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "common/base/matrix_error.h"
#include "common/matrix/base64.h"

namespace plexus::matrix {
namespace {

StreamToken Sample() {
  StreamToken token;
  token.timeline = 0xfedcba98;
  token.room = {0, 1, 127, 128, int64_t{1} << 40};
  token.user = {7, 0};
  token.push = 3;
  token.typing_source = 0x80000001;
  token.typing = 300;
  return token;
}

void ExpectInvalidParam(const absl::Status& status) {
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(FromStatus(status).errcode, "M_INVALID_PARAM");
}

TEST(StreamTokenTest, ReadsBackWhatItWrote) {
  const std::string text = EncodeStreamToken(Sample());
  absl::StatusOr<StreamToken> parsed = ParseStreamToken(text);
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  EXPECT_EQ(*parsed, Sample());
}

TEST(StreamTokenTest, IsSafeInUrls) {
  const std::string text = EncodeStreamToken(Sample());
  EXPECT_EQ(text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"), text.npos);
}

// Tokens live in clients for years: the encoding of version 1 never changes.
TEST(StreamTokenTest, KeepsItsEncoding) {
  StreamToken token;
  token.timeline = 1;
  token.room = {300};
  token.user = {2};
  EXPECT_EQ(EncodeStreamToken(token), "s1_" + Base64UrlEncode(std::string("\x01\x01\xac\x02\x01\x02\x00\x00\x00", 9)));
}

TEST(StreamTokenTest, RefusesEveryTruncation) {
  const std::string text = EncodeStreamToken(Sample());
  for (size_t length = 0; length < text.size(); ++length)
    ExpectInvalidParam(ParseStreamToken(text.substr(0, length)).status());
}

TEST(StreamTokenTest, RefusesWhatIsNoToken) {
  for (std::string_view text : {"", "s1_", "s2_AAAA", "s1_!!!!", "t1_1_2", "1234"}) {
    ExpectInvalidParam(ParseStreamToken(text).status());
  }
  ExpectInvalidParam(ParseStreamToken(EncodeStreamToken(Sample()) + "AAAA").status());
  ExpectInvalidParam(ParseStreamToken("s1_" + Base64UrlEncode(std::string(100, '\xff'))).status());
  ExpectInvalidParam(ParseStreamToken("s1_" + std::string(1 << 20, 'A')).status());
}

TEST(TopologicalTokenTest, ReadsBackWhatItWrote) {
  for (TopologicalToken token : {TopologicalToken{12, 3459}, TopologicalToken{-1, 0}}) {
    absl::StatusOr<TopologicalToken> parsed = ParseTopologicalToken(EncodeTopologicalToken(token));
    ASSERT_TRUE(parsed.ok()) << parsed.status();
    EXPECT_EQ(*parsed, token);
  }
}

TEST(TopologicalTokenTest, RefusesWhatIsNoToken) {
  for (std::string_view text : {"", "t1_", "t1_1", "t1_1_", "t1_a_1", "t1_1_2_3", "t1_-2_1", "t1_1_-1", "s1_AAAA"}) {
    ExpectInvalidParam(ParseTopologicalToken(text).status());
  }
}

}  // namespace
}  // namespace plexus::matrix
