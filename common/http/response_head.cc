#include "common/http/response_head.h"

#include <charconv>

namespace plexus::http {
namespace {

void AppendNumber(size_t number, std::string* out) {
  char digits[20];
  const auto end = std::to_chars(digits, digits + sizeof(digits), number).ptr;
  out->append(digits, end);
}

void AppendSanitized(std::string_view text, std::string* out) {
  const size_t begin = out->size();
  out->append(text);
  for (size_t i = begin; i < out->size(); ++i) {
    char& c = (*out)[i];
    if (c == '\r' || c == '\n' || c == '\0') c = ' ';
  }
}

}  // namespace

bool StatusAllowsBody(int status) { return status != 204 && status != 304; }

void AppendResponseHead(const Response& response, Persistence persistence, std::string_view date, std::string* out) {
  out->append("HTTP/1.1 ");
  AppendNumber(static_cast<size_t>(response.status), out);
  out->append(" ").append(ReasonPhrase(response.status)).append("\r\nDate: ").append(date).append("\r\n");
  for (size_t i = 0; i < response.headers.size(); ++i) {
    const Headers::Field field = response.headers[i];
    AppendSanitized(field.name, out);
    out->append(": ");
    AppendSanitized(field.value, out);
    out->append("\r\n");
  }
  if (StatusAllowsBody(response.status)) {
    out->append("Content-Length: ");
    AppendNumber(response.body_view().size(), out);
    out->append("\r\n");
  }
  if (persistence == Persistence::kClose) out->append("Connection: close\r\n");
  if (persistence == Persistence::kKeepAlive) out->append("Connection: keep-alive\r\n");
  out->append("\r\n");
}

std::string_view ReasonPhrase(int status) {
  switch (status) {
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 206: return "Partial Content";
    case 301: return "Moved Permanently";
    case 302: return "Found";
    case 303: return "See Other";
    case 304: return "Not Modified";
    case 307: return "Temporary Redirect";
    case 308: return "Permanent Redirect";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 406: return "Not Acceptable";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 410: return "Gone";
    case 412: return "Precondition Failed";
    case 413: return "Content Too Large";
    case 414: return "URI Too Long";
    case 415: return "Unsupported Media Type";
    case 416: return "Range Not Satisfiable";
    case 417: return "Expectation Failed";
    case 421: return "Misdirected Request";
    case 422: return "Unprocessable Content";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 502: return "Bad Gateway";
    case 503: return "Service Unavailable";
    case 504: return "Gateway Timeout";
    case 505: return "HTTP Version Not Supported";
    default: return "Unknown";
  }
}

}  // namespace plexus::http
