#include "common/http/response_head.h"

#include "gtest/gtest.h"

namespace plexus::http {
namespace {

std::string Serialize(const Response& response, Persistence persistence) {
  std::string head;
  AppendResponseHead(response, persistence, "Thu, 01 Jan 1970 00:00:00 GMT", &head);
  return head;
}

TEST(ResponseHead, HoldsStatusFieldsAndLength) {
  Response response;
  response.headers.Add("Content-Type", "application/json");
  response.body = "{}";
  EXPECT_EQ(Serialize(response, Persistence::kImplied),
            "HTTP/1.1 200 OK\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\nContent-Type: application/json\r\n"
            "Content-Length: 2\r\n\r\n");
}

TEST(ResponseHead, CannotBeSplitByAValue) {
  Response response;
  response.headers.Add("X", std::string_view("a\r\nSet-Cookie: b\0c", 18));
  EXPECT_NE(Serialize(response, Persistence::kClose).find("X: a  Set-Cookie: b c\r\n"), std::string::npos);
}

TEST(Headers, ReplaceRemoveAndCompareWithoutCase) {
  Headers headers = {{"A", "1"}, {"b", "2"}, {"a", "3"}};
  EXPECT_EQ(headers.Count("A"), 2u);
  headers.Set("a", "4");
  EXPECT_EQ(headers.size(), 2u);
  EXPECT_EQ(headers.Get("A"), "4");
  headers.Remove("B");
  EXPECT_FALSE(headers.Has("b"));
  EXPECT_EQ(headers[0].name, "a");
}

}  // namespace
}  // namespace plexus::http
