// The certificates of a TLS listener. OpenSSL stays behind this header.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace plexus::http {

struct TlsCertificate {
  // The SNI names that it serves, in any case: "example.org", or "*.example.org" for one label.
  std::vector<std::string> server_names;
  std::string chain_pem;  // leaf first
  std::string key_pem;    // unencrypted
};

struct TlsContexts;  // one immutable generation of loaded certificates

// TLS 1.2 and 1.3, ALPN "http/1.1". A client that names no known server gets the first certificate. Thread-safe.
class TlsCertificates {
 public:
  // Fails if `certificates` is empty, a PEM does not parse, or a key does not fit its certificate; the message names
  // the certificate's first server name, never the key.
  static absl::StatusOr<std::shared_ptr<TlsCertificates>> Create(const std::vector<TlsCertificate>& certificates);

  // Replaces all certificates for connections made from now on. On failure the old ones stay.
  absl::Status Reload(const std::vector<TlsCertificate>& certificates);

  // The generation in force.
  std::shared_ptr<const TlsContexts> current() const;

 private:
  explicit TlsCertificates(std::shared_ptr<const TlsContexts> contexts);
  std::shared_ptr<const TlsContexts> contexts_;  // through std::atomic_load and std::atomic_store
};

}  // namespace plexus::http
