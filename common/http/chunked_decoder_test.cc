#include "common/http/chunked_decoder.h"

#include "gtest/gtest.h"

namespace plexus::http {
namespace {

constexpr size_t kMaxBody = 100;
constexpr size_t kMaxLine = 40;

struct Outcome {
  std::string body;
  size_t used = 0;
  bool done = false;
  int status = 0;
};

// Feeds `input` in pieces of `step` bytes.
Outcome Decode(std::string_view input, size_t step) {
  ChunkedDecoder decoder(kMaxBody, kMaxLine);
  Outcome outcome;
  while (outcome.used < input.size() && !decoder.done() && !decoder.failure().failed()) {
    outcome.used += decoder.Feed(input.substr(outcome.used, step), &outcome.body);
  }
  outcome.done = decoder.done();
  outcome.status = decoder.failure().status;
  return outcome;
}

TEST(ChunkedDecoder, JoinsChunksHoweverTheyAreSplit) {
  const std::string_view input =
      "4\r\nWiki\r\n00A;ext=\"v\"\r\npedia in\r\n\r\n0\r\nTrailer: x\r\nB: y\r\n\r\nGET /next";
  for (size_t step = 1; step <= input.size(); ++step) {
    const Outcome outcome = Decode(input, step);
    EXPECT_TRUE(outcome.done);
    EXPECT_EQ(outcome.body, "Wikipedia in\r\n");
    EXPECT_EQ(input.substr(outcome.used), "GET /next");
  }
}

TEST(ChunkedDecoder, RefusesMalformedChunks) {
  for (const char* bad : {"\r\n", "g\r\n", "-1\r\n", "0x1\r\n", "1\n", "1\r\nab", "1\r\na\n", "1\rX", " 1\r\n", ";\r\n",
                          "1;a\n", "0000000000000001\r\n", "0\r\n\rX", "0\r\nA: b\n", "0\r\n\n"}) {
    EXPECT_EQ(Decode(bad, 1).status, 400) << bad;
    EXPECT_EQ(Decode(bad, 100).status, 400) << bad;
  }
}

TEST(ChunkedDecoder, BoundsTheBodyAndItsFraming) {
  EXPECT_EQ(Decode("64\r\n" + std::string(100, 'x') + "\r\n0\r\n\r\n", 7).body.size(), 100u);
  EXPECT_EQ(Decode("65\r\n", 7).status, 413);
  EXPECT_EQ(Decode("64\r\n" + std::string(100, 'x') + "\r\n1\r\n", 7).status, 413);
  EXPECT_EQ(Decode("fffffffffffffff\r\n", 7).status, 413);
  EXPECT_EQ(Decode("1;" + std::string(100, 'e'), 7).status, 400);
  EXPECT_EQ(Decode("0\r\nA: b\r\nA: b\r\nA: b\r\nA: b\r\nA: b\r\nA: b\r\nA: b\r\n\r\n", 7).status, 400);
}

}  // namespace
}  // namespace plexus::http
