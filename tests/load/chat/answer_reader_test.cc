#include "tests/load/chat/answer_reader.h"

#include "gtest/gtest.h"

namespace plexus::load {
namespace {

constexpr std::string_view kPlain = "HTTP/1.1 200 OK\r\nContent-Type: a/b\r\ncontent-length:  5\r\n\r\nhello";
constexpr std::string_view kChunked =
    "HTTP/1.1 401 Unauthorized\r\nTransfer-Encoding: chunked\r\nConnection: "
    "close\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n";

TEST(AnswerReaderTest, ReadsAnAnswerHoweverItIsCut) {
  for (std::string_view whole : {kPlain, kChunked}) {
    for (size_t cut = 0; cut < whole.size(); ++cut) {
      AnswerReader reader;
      ASSERT_TRUE(reader.Feed(whole.substr(0, cut)).ok()) << cut;
      ASSERT_FALSE(reader.done()) << cut;
      ASSERT_TRUE(reader.Feed(whole.substr(cut)).ok()) << cut;
      ASSERT_TRUE(reader.done()) << cut;
      const Answer answer = reader.Take();
      EXPECT_EQ(answer.body, "hello");
      EXPECT_EQ(answer.status, whole == kPlain ? 200 : 401);
      EXPECT_EQ(answer.closes, whole == kChunked);
    }
  }
}

TEST(AnswerReaderTest, ReadsOneAnswerAfterTheOther) {
  AnswerReader reader;
  for (std::string_view whole : {kChunked, kPlain, kChunked}) {
    ASSERT_TRUE(reader.Feed(whole).ok());
    ASSERT_TRUE(reader.done());
    EXPECT_EQ(reader.Take().body, "hello");
  }
}

TEST(AnswerReaderTest, SkipsInterimAnswers) {
  AnswerReader reader;
  ASSERT_TRUE(reader.Feed(std::string("HTTP/1.1 100 Continue\r\n\r\n").append(kPlain)).ok());
  ASSERT_TRUE(reader.done());
  EXPECT_EQ(reader.Take().status, 200);
}

TEST(AnswerReaderTest, RefusesWhatIsNotAnAnswer) {
  for (std::string_view bad : {"HTTP/1.0 200 OK\r\n\r\n", "hello\r\n\r\n", "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
                               "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", "HTTP/1.1 204 No Content\r\n\r\nmore"}) {
    EXPECT_FALSE(AnswerReader().Feed(bad).ok()) << bad;
  }
}

}  // namespace
}  // namespace plexus::load
