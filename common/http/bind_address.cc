#include "common/http/bind_address.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace plexus::http {

absl::StatusOr<BindAddress> ParseBindAddress(std::string_view bind) {
  const size_t colon = bind.rfind(':');
  uint32_t port = 0;
  if (colon == bind.npos || colon == 0 || !absl::SimpleAtoi(bind.substr(colon + 1), &port) || port > UINT16_MAX) {
    return absl::InvalidArgumentError(absl::StrCat("not an address and port: ", bind));
  }
  std::string_view host = bind.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  if (host == "localhost") host = "127.0.0.1";
  return BindAddress{std::string(host), static_cast<uint16_t>(port)};
}

std::string PrintBindAddress(const BindAddress& address) {
  const bool is_v6 = address.host.find(':') != address.host.npos;
  return absl::StrCat(is_v6 ? "[" : "", address.host, is_v6 ? "]:" : ":", address.port);
}

}  // namespace plexus::http
