#include "common/http/request_head.h"

#include <boost/beast/http/basic_parser.hpp>
#include <charconv>

#include "common/http/ascii.h"

namespace plexus::http {
namespace {

namespace beast_http = boost::beast::http;
using boost::beast::error_code;
using boost::beast::string_view;

std::string_view View(string_view text) { return {text.data(), text.size()}; }

// Beast reads the grammar of the request line and the fields; framing is judged here, more strictly.
class HeadReader final : public beast_http::basic_parser<true> {
 public:
  HeadReader(size_t max_headers, RequestHead* out) : max_headers_(max_headers), out_(out) {
    header_limit(UINT32_MAX);  // the caller has bounded the header
    skip(true);                // the caller reads the body
  }

  Failure failure() const { return failure_; }

 private:
  void on_request_impl(beast_http::verb, string_view method, string_view target, int version, error_code&) override {
    out_->request.method = View(method);
    out_->request.target = View(target);
    out_->http_1_0 = version == 10;
  }

  void on_field_impl(beast_http::field name, string_view spelling, string_view value, error_code& ec) override {
    if (out_->request.headers.size() == max_headers_) return Refuse({431, "Too many header fields"}, ec);
    out_->request.headers.Add(View(spelling), View(value));
    switch (name) {
      case beast_http::field::content_length: return OnContentLength(View(value), ec);
      case beast_http::field::transfer_encoding: return OnTransferEncoding(View(value), ec);
      case beast_http::field::expect: return OnExpect(View(value), ec);
      default: return;
    }
  }

  void OnContentLength(std::string_view value, error_code& ec) {
    if (++content_lengths_ > 1) return Refuse({400, "More than one Content-Length"}, ec);
    const char* const end = value.data() + value.size();
    const auto parsed = std::from_chars(value.data(), end, out_->content_length);  // digits only for unsigned numbers
    if (parsed.ec != std::errc() || parsed.ptr != end) Refuse({400, "Malformed Content-Length"}, ec);
  }

  void OnTransferEncoding(std::string_view value, error_code& ec) {
    if (++transfer_encodings_ > 1) return Refuse({400, "More than one Transfer-Encoding"}, ec);
    if (!EqualsIgnoreCase(value, "chunked")) return Refuse({501, "Unsupported Transfer-Encoding"}, ec);
    out_->chunked = true;
  }

  void OnExpect(std::string_view value, error_code& ec) {
    if (!EqualsIgnoreCase(value, "100-continue")) return Refuse({417, "Unsupported Expect"}, ec);
    out_->expects_continue = true;
  }

  void Refuse(Failure failure, error_code& ec) {
    failure_ = failure;
    ec = beast_http::error::bad_value;
  }

  void on_header_impl(error_code&) override { out_->keep_alive = keep_alive(); }
  void on_finish_impl(error_code&) override {}

  // Not reached: the body is skipped, and responses are not parsed.
  void on_response_impl(int, string_view, int, error_code&) override {}
  void on_body_init_impl(const boost::optional<uint64_t>&, error_code&) override {}
  size_t on_body_impl(string_view body, error_code&) override { return body.size(); }
  void on_chunk_header_impl(uint64_t, string_view, error_code&) override {}
  size_t on_chunk_body_impl(uint64_t, string_view body, error_code&) override { return body.size(); }

  const size_t max_headers_;
  RequestHead* const out_;
  Failure failure_;
  int content_lengths_ = 0;
  int transfer_encodings_ = 0;
};

Failure FromBeast(const error_code& ec) {
  if (ec == beast_http::error::bad_version) return {505, "Unsupported HTTP version"};
  if (ec == beast_http::error::bad_method) return {400, "Malformed method"};
  if (ec == beast_http::error::bad_target) return {400, "Malformed request target"};
  if (ec == beast_http::error::bad_content_length || ec == beast_http::error::multiple_content_length ||
      ec == beast_http::error::bad_transfer_encoding) {
    return {400, "Contradictory message framing"};
  }
  return {400, "Malformed request header"};
}

std::string HostWithoutPort(std::string_view host) {
  const size_t after_literal = host.starts_with('[') ? host.find(']') : 0;
  const size_t colon = after_literal == host.npos ? host.npos : host.find(':', after_literal);
  return Lowered(host.substr(0, colon));
}

// Turns an absolute-form target ("http://host/path") into origin form; its authority then stands for the Host header.
void ReduceAbsoluteForm(Request* request) {
  const std::string_view target = request->target;
  size_t authority = 0;
  if (EqualsIgnoreCase(target.substr(0, 7), "http://")) authority = 7;
  if (EqualsIgnoreCase(target.substr(0, 8), "https://")) authority = 8;
  if (authority == 0) return;
  const size_t end = target.find_first_of("/?", authority);
  request->server_name = HostWithoutPort(target.substr(authority, end == target.npos ? end : end - authority));
  std::string reduced(end == target.npos ? "" : target.substr(end));
  if (!reduced.starts_with('/')) reduced.insert(0, "/");
  request->target = std::move(reduced);
}

Failure CheckTarget(RequestHead* head) {
  Request& request = head->request;
  if (request.method == "CONNECT") return {501, "CONNECT is not supported"};
  ReduceAbsoluteForm(&request);
  if (request.target.starts_with('/')) return {};
  if (request.target == "*" && request.method == "OPTIONS") return {};
  return {400, "Malformed request target"};
}

Failure CheckHost(RequestHead* head) {
  const size_t hosts = head->request.headers.Count("Host");
  if (hosts > 1) return {400, "More than one Host"};
  if (hosts == 0) return head->http_1_0 ? Failure{} : Failure{400, "Missing Host"};
  if (head->request.server_name.empty()) {
    head->request.server_name = HostWithoutPort(*head->request.headers.Get("Host"));
  }
  return {};
}

}  // namespace

Failure ParseRequestHead(std::string_view head, size_t max_headers, RequestHead* out) {
  HeadReader reader(max_headers, out);
  error_code ec;
  reader.put({head.data(), head.size()}, ec);
  if (reader.failure().failed()) return reader.failure();
  if (ec) return FromBeast(ec);
  if (!reader.is_header_done()) return {400, "Malformed request header"};
  if (out->chunked && out->http_1_0) return {400, "Transfer-Encoding on HTTP/1.0"};
  if (const Failure failure = CheckTarget(out); failure.failed()) return failure;
  return CheckHost(out);
}

}  // namespace plexus::http
