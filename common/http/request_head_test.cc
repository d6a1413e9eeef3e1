#include "common/http/request_head.h"

#include "gtest/gtest.h"

namespace plexus::http {
namespace {

constexpr size_t kMaxHeaders = 20;

int StatusOf(const std::string& head) {
  RequestHead parsed;
  return ParseRequestHead(head, kMaxHeaders, &parsed).status;
}

RequestHead Parse(const std::string& head) {
  RequestHead parsed;
  const Failure failure = ParseRequestHead(head, kMaxHeaders, &parsed);
  EXPECT_FALSE(failure.failed()) << failure.reason;
  return parsed;
}

TEST(RequestHead, ReadsLineAndFields) {
  const RequestHead head = Parse("PUT /a%20b?c=d HTTP/1.1\r\nhOST: Ex.org:80\r\nX-A:  1 \r\nX-a: 2\r\n\r\n");
  EXPECT_EQ(head.request.method, "PUT");
  EXPECT_EQ(head.request.path(), "/a%20b");
  EXPECT_EQ(head.request.query(), "c=d");
  EXPECT_EQ(head.request.headers.Get("x-A"), "1");
  EXPECT_EQ(head.request.headers.Count("X-A"), 2u);
  EXPECT_EQ(head.request.server_name, "ex.org");
  EXPECT_TRUE(head.keep_alive);
  EXPECT_FALSE(head.has_body());
}

TEST(RequestHead, TakesTheHostFromAnIpv6Literal) {
  EXPECT_EQ(Parse("GET / HTTP/1.1\r\nHost: [2001:DB8::1]:8448\r\n\r\n").request.server_name, "[2001:db8::1]");
}

TEST(RequestHead, ReducesAbsoluteForm) {
  EXPECT_EQ(Parse("GET http://a.org?x HTTP/1.1\r\nHost: b\r\n\r\n").request.target, "/?x");
  EXPECT_EQ(Parse("GET HTTPS://a.org/p HTTP/1.1\r\nHost: b\r\n\r\n").request.target, "/p");
  EXPECT_EQ(Parse("OPTIONS * HTTP/1.1\r\nHost: b\r\n\r\n").request.path(), "*");
}

struct Refusal {
  const char* head;
  int status;
};

class Refuses : public testing::TestWithParam<Refusal> {};

TEST_P(Refuses, WithTheRightStatus) { EXPECT_EQ(StatusOf(GetParam().head), GetParam().status) << GetParam().head; }

INSTANTIATE_TEST_SUITE_P(
    Smuggling, Refuses,
    testing::Values(
        Refusal{"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
        Refusal{"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n", 400},
        Refusal{"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\n", 400},
        Refusal{"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n", 400},
        Refusal{"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3, 3\r\n\r\n", 400},
        Refusal{"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +3\r\n\r\n", 400},
        Refusal{"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -3\r\n\r\n", 400},
        Refusal{"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x3\r\n\r\n", 400},
        Refusal{"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n", 400},
        Refusal{"POST / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\n", 400},
        Refusal{"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
        Refusal{"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501},
        Refusal{"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: identity\r\n\r\n", 501},
        Refusal{"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n", 501},
        Refusal{"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n\r\n", 400},
        Refusal{"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400}));

INSTANTIATE_TEST_SUITE_P(Malformed, Refuses,
                         testing::Values(Refusal{"GET / HTTP/1.1\r\n\r\n", 400},
                                         Refusal{"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
                                         Refusal{"GET /\r\n\r\n", 400}, Refusal{"GET  / HTTP/1.1\r\n\r\n", 400},
                                         Refusal{"G@T / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
                                         Refusal{"GET nowhere HTTP/1.1\r\nHost: a\r\n\r\n", 400},
                                         Refusal{"GET * HTTP/1.1\r\nHost: a\r\n\r\n", 400},
                                         Refusal{"GET / HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n", 400},
                                         Refusal{"GET / HTTP/1.1\nHost: a\r\n\r\n", 505},
                                         Refusal{"GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505},
                                         Refusal{"GET / HTTP/0.9\r\n\r\n", 505}, Refusal{"PRI * HTTP/2.0\r\n\r\n", 505},
                                         Refusal{"CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n", 501},
                                         Refusal{"GET / HTTP/1.1\r\nHost: a\r\nExpect: a pony\r\n\r\n", 417}));

TEST(RequestHead, RefusesMoreFieldsThanAllowed) {
  std::string head = "GET / HTTP/1.1\r\nHost: a\r\n";
  for (size_t i = 1; i < kMaxHeaders; ++i) head += "A: b\r\n";
  EXPECT_EQ(StatusOf(head + "\r\n"), 0);
  EXPECT_EQ(StatusOf(head + "A: b\r\n\r\n"), 431);
}

}  // namespace
}  // namespace plexus::http
