// How two processes of one installation trust each other.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "common/rpc/secrets.h"

namespace plexus::rpc {

// With nothing set, connections are plaintext and a server listens on loopback or a UNIX socket only.
struct TransportSecurity {
  static constexpr size_t kMaxSecrets = 2;

  // Mutual TLS over TCP: PEM files, all three or none. Each side must present a certificate signed by `ca_file`. They
  // are read again every `tls_refresh_seconds`; connections that are open stay as they are. UNIX sockets are plaintext.
  std::string ca_file;
  std::string cert_file;
  std::string key_file;
  unsigned tls_refresh_seconds = 10;
  // Accepted by servers, at most two, so that they can be rotated; clients send the first.
  Secrets secrets;

  bool uses_tls() const { return !cert_file.empty(); }
  bool empty() const { return !uses_tls() && secrets.empty(); }
  // Whether a connection to or from `address` uses TLS.
  bool uses_tls_at(std::string_view address) const;
};

// InvalidArgument if `security` is incomplete or has too many or empty secrets; FailedPrecondition if a server must
// not listen on `address` with it: plaintext without a secret beyond this host.
absl::Status CheckListener(const TransportSecurity& security, std::string_view address);
absl::Status CheckSecurity(const TransportSecurity& security);

// "unix:/path".
bool IsUnixAddress(std::string_view address);
// 127.0.0.0/8, [::1] or localhost, with or without a port.
bool IsLoopbackAddress(std::string_view address);

}  // namespace plexus::rpc
