#include "gateway/binding/client_address.h"

#include <boost/asio/ip/address.hpp>

#include <algorithm>
#include <optional>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/json/utf8.h"

namespace plexus::gateway {
namespace {

using boost::asio::ip::address;

constexpr size_t kMaxUserAgent = 256;  // bytes

std::optional<address> Parse(std::string_view text) {
  boost::system::error_code error;
  address parsed = boost::asio::ip::make_address(text, error);
  if (error) return std::nullopt;
  if (parsed.is_v6() && parsed.to_v6().is_v4_mapped()) {
    return boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, parsed.to_v6());
  }
  return parsed;
}

bool IsThisMachine(std::string_view peer) {
  if (peer == "unix") return true;
  std::optional<address> parsed = Parse(peer);
  return parsed && parsed->is_loopback();
}

// All fields of that name are one list.
std::vector<std::string> ForwardedFor(const http::Headers& headers) {
  std::vector<std::string> hops;
  for (size_t i = 0; i < headers.size(); ++i) {
    if (!absl::EqualsIgnoreCase(headers[i].name, "X-Forwarded-For")) continue;
    for (std::string_view hop : absl::StrSplit(headers[i].value, ',')) {
      hops.emplace_back(absl::StripAsciiWhitespace(hop));
    }
  }
  return hops;
}

}  // namespace

std::string ClientAddress(const http::Request& request) {
  const std::string peer = request.peer_address == "unix" ? "" : request.peer_address;
  if (!IsThisMachine(request.peer_address)) return peer;
  std::vector<std::string> hops = ForwardedFor(request.headers);
  for (auto hop = hops.rbegin(); hop != hops.rend(); ++hop) {
    std::optional<address> parsed = Parse(*hop);
    if (!parsed) break;
    if (!parsed->is_loopback()) return parsed->to_string();
  }
  return peer;
}

std::string AddressBlock(std::string_view text) {
  std::optional<address> parsed = Parse(text);
  if (!parsed || parsed->is_v4()) return std::string(text);
  boost::asio::ip::address_v6::bytes_type bytes = parsed->to_v6().to_bytes();
  std::fill(bytes.begin() + 8, bytes.end(), 0);
  return absl::StrCat(boost::asio::ip::address_v6(bytes).to_string(), "/64");
}

std::string UserAgent(const http::Request& request) {
  std::string_view agent = request.headers.Get("User-Agent").value_or("");
  if (!json::IsUtf8(agent)) return "";
  agent = agent.substr(0, kMaxUserAgent);
  while (!json::IsUtf8(agent)) agent.remove_suffix(1);  // at most three bytes of a cut character
  return std::string(agent);
}

}  // namespace plexus::gateway
