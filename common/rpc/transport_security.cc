#include "common/rpc/transport_security.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"

namespace plexus::rpc {

absl::Status CheckSecurity(const TransportSecurity& security) {
  const bool any = !security.ca_file.empty() || !security.cert_file.empty() || !security.key_file.empty();
  const bool all = !security.ca_file.empty() && !security.cert_file.empty() && !security.key_file.empty();
  if (any && !all) return absl::InvalidArgumentError("mutual TLS needs a CA, a certificate and a key");
  const auto secrets = security.secrets.Get();
  if (secrets->size() > TransportSecurity::kMaxSecrets) {
    return absl::InvalidArgumentError(absl::StrCat("more than ", TransportSecurity::kMaxSecrets, " secrets"));
  }
  if (std::any_of(secrets->begin(), secrets->end(), [](const auto& s) { return s.empty(); })) {
    return absl::InvalidArgumentError("an empty secret");
  }
  return absl::OkStatus();
}

absl::Status CheckListener(const TransportSecurity& security, std::string_view address) {
  PLEXUS_RETURN_IF_ERROR(CheckSecurity(security));
  if (!security.empty() || IsUnixAddress(address) || IsLoopbackAddress(address)) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("refusing to listen on ", address, " without mutual TLS or a shared secret"));
}

bool TransportSecurity::uses_tls_at(std::string_view address) const { return uses_tls() && !IsUnixAddress(address); }

bool IsUnixAddress(std::string_view address) { return absl::StartsWith(address, "unix:"); }

bool IsLoopbackAddress(std::string_view address) {
  if (absl::StartsWith(address, "[")) return absl::StartsWith(address, "[::1]");
  const std::string_view host = address.substr(0, address.find(':'));
  const bool numeric = host.find_first_not_of("0123456789.") == std::string_view::npos;
  return address == "::1" || host == "localhost" || (numeric && absl::StartsWith(host, "127."));
}

}  // namespace plexus::rpc
