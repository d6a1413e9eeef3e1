#include "tests/integration/testing/http_client.h"

#include <curl/curl.h>

#include <cstdio>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/json/parse.h"

namespace plexus::integration {
namespace {

size_t AppendBody(char* data, size_t size, size_t count, void* to) {
  static_cast<std::string*>(to)->append(data, size * count);
  return size * count;
}

size_t AppendHeader(char* data, size_t size, size_t count, void* to) {
  const std::string line(data, size * count);
  const size_t colon = line.find(':');
  if (colon != std::string::npos) {
    auto& headers = *static_cast<std::map<std::string, std::string>*>(to);
    headers[absl::AsciiStrToLower(line.substr(0, colon))] =
        std::string(absl::StripAsciiWhitespace(line.substr(colon + 1)));
  }
  return size * count;
}

}  // namespace

json::Object HttpAnswer::json() const {
  absl::StatusOr<json::Value> value = json::Parse(body);
  return value.ok() && value->is_object() ? value->as_object() : json::Object();
}

HttpClient::HttpClient(std::string base) : base_(std::move(base)), curl_(curl_easy_init()) {}
HttpClient::~HttpClient() { curl_easy_cleanup(curl_); }

absl::StatusOr<HttpAnswer> HttpClient::Request(const std::string& method, const std::string& path,
                                               const std::string& body, int timeout_ms) {
  CURL* curl = curl_;
  curl_easy_reset(curl);
  HttpAnswer answer;
  const bool unix_socket = base_.starts_with("unix:");
  if (unix_socket) curl_easy_setopt(curl, CURLOPT_UNIX_SOCKET_PATH, base_.c_str() + 5);
  const std::string url = absl::StrCat(unix_socket ? "http://localhost" : base_, path);
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method.c_str());
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(timeout_ms));
  curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L);
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, AppendBody);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &answer.body);
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, AppendHeader);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, &answer.headers);
  curl_slist* headers = curl_slist_append(nullptr, "Expect:");
  if (!access_token_.empty()) {
    headers = curl_slist_append(headers, absl::StrCat("Authorization: Bearer ", access_token_).c_str());
  }
  if (!host_.empty()) headers = curl_slist_append(headers, absl::StrCat("Host: ", host_).c_str());
  if (!body.empty()) {
    headers = curl_slist_append(headers, "Content-Type: application/json");
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, static_cast<long>(body.size()));
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body.c_str());
  } else if (method == "POST" || method == "PUT") {
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, 0L);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, "");
  }
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
  const CURLcode code = curl_easy_perform(curl);
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  curl_slist_free_all(headers);
  if (code != CURLE_OK) return absl::UnavailableError(curl_easy_strerror(code));
  answer.status = static_cast<int>(status);
  return answer;
}

HttpAnswer HttpClient::Must(const std::string& method, const std::string& path, const std::string& body) {
  absl::StatusOr<HttpAnswer> answer = Request(method, path, body);
  if (answer.ok()) return *std::move(answer);
  return {0, std::string(answer.status().message()), {}};
}

std::string UrlEncode(const std::string& text) {
  std::string out;
  for (unsigned char c : text) {
    if (absl::ascii_isalnum(c) || c == '-' || c == '_' || c == '.' || c == '~') {
      out += static_cast<char>(c);
    } else {
      char hex[4];
      std::snprintf(hex, sizeof hex, "%%%02X", c);
      out += hex;
    }
  }
  return out;
}

}  // namespace plexus::integration
