// How two processes of one installation trust each other.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

namespace plexus::rpc {

// With nothing set, connections are plaintext and a server listens on loopback or a UNIX socket only.
struct TransportSecurity {
  static constexpr size_t kMaxSecrets = 2;

  // Mutual TLS: PEM files, all three or none. Each side must present a certificate signed by `ca_file`.
  std::string ca_file;
  std::string cert_file;
  std::string key_file;
  // Accepted by servers, at most two, so that they can be rotated; clients send the first.
  std::vector<std::string> secrets;

  bool uses_tls() const { return !cert_file.empty(); }
  bool empty() const { return !uses_tls() && secrets.empty(); }
};

// InvalidArgument if `security` is incomplete or has too many or empty secrets; FailedPrecondition if a server must
// not listen on `address` with it: plaintext without a secret beyond this host.
absl::Status CheckListener(const TransportSecurity& security, std::string_view address);
absl::Status CheckSecurity(const TransportSecurity& security);

// Whether `secret` is one of the accepted ones; true if none is required. Time depends on lengths only.
bool SecretAccepted(const TransportSecurity& security, std::string_view secret);

// "unix:/path".
bool IsUnixAddress(std::string_view address);
// 127.0.0.0/8, [::1] or localhost, with or without a port.
bool IsLoopbackAddress(std::string_view address);

}  // namespace plexus::rpc
