#include "tests/load/chat/server_url.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <string_view>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace plexus::load {
namespace {

namespace asio = boost::asio;

struct HostPort {
  std::string host, port;
};

// "host", "host:port", "[v6]", "[v6]:port".
HostPort SplitHost(std::string_view text, std::string_view default_port) {
  const size_t colon = text.rfind(':');
  const bool has_port = colon != std::string_view::npos && text.find(']', colon) == std::string_view::npos;
  std::string_view host = has_port ? text.substr(0, colon) : text;
  const std::string port(has_port ? text.substr(colon + 1) : default_port);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  return {std::string(host), port};
}

}  // namespace

absl::StatusOr<ServerUrl> ResolveUrl(const std::string& url) {
  ServerUrl server;
  if (absl::StartsWith(url, "unix:")) {
    server.host = "localhost";
    server.endpoints.emplace_back(asio::local::stream_protocol::endpoint(url.substr(5)));
    return server;
  }
  std::string_view rest = url;
  server.tls = absl::StartsWith(url, "https://");
  if (!server.tls && !absl::StartsWith(url, "http://")) {
    return absl::InvalidArgumentError(absl::StrCat("not an http:, https: or unix: URL: '", url, "'"));
  }
  rest.remove_prefix(server.tls ? 8 : 7);
  if (rest.ends_with('/')) rest.remove_suffix(1);
  server.host = std::string(rest);
  const HostPort address = SplitHost(rest, server.tls ? "443" : "80");

  asio::io_context context;
  asio::ip::tcp::resolver resolver(context);
  boost::system::error_code error;
  for (const auto& entry : resolver.resolve(address.host, address.port, error)) {
    server.endpoints.emplace_back(entry.endpoint());
  }
  if (error) return absl::NotFoundError(absl::StrCat("cannot resolve '", rest, "': ", error.message()));
  return server;
}

}  // namespace plexus::load
