// A blocking HTTP client for tests.
#pragma once

#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "common/json/canonical.h"
#include "common/json/value.h"

namespace plexus::integration {

struct HttpAnswer {
  int status = 0;
  std::string body;
  std::map<std::string, std::string> headers;  // names in lower case
  json::Object json() const;                   // empty if the body is not an object
};

// One connection, kept open between requests. Not thread-safe. Follows no redirect.
class HttpClient {
 public:
  // `base`: "http://127.0.0.1:1234", or "unix:/path".
  explicit HttpClient(std::string base);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;

  // Sent with every request from now on, if not empty.
  void set_access_token(std::string token) { access_token_ = std::move(token); }
  // Sent instead of the address, if not empty.
  void set_host(std::string host) { host_ = std::move(host); }

  // `path` is percent-encoded. A body of "" is not sent. Unavailable if there was no HTTP answer.
  absl::StatusOr<HttpAnswer> Request(const std::string& method, const std::string& path, const std::string& body = "",
                                     int timeout_ms = 60'000);
  // The same, for tests that expect an answer: status 0 if there was none.
  HttpAnswer Get(const std::string& path) { return Must("GET", path, ""); }
  HttpAnswer Post(const std::string& path, const json::Value& body) {
    return Must("POST", path, json::Serialize(body));
  }
  HttpAnswer Put(const std::string& path, const json::Value& body) { return Must("PUT", path, json::Serialize(body)); }

 private:
  HttpAnswer Must(const std::string& method, const std::string& path, const std::string& body);

  const std::string base_;
  std::string access_token_, host_;
  void* curl_;
};

// Percent-encodes everything but unreserved characters.
std::string UrlEncode(const std::string& text);

}  // namespace plexus::integration
