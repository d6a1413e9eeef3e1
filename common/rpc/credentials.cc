#include "common/rpc/credentials.h"

#include <grpcpp/security/tls_certificate_provider.h>
#include <grpcpp/security/tls_credentials_options.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"

namespace plexus::rpc {
namespace {

using grpc::experimental::FileWatcherCertificateProvider;

// gRPC would wait for a file that is not there.
absl::Status CheckFiles(const TransportSecurity& security) {
  for (const std::string& path : {security.ca_file, security.cert_file, security.key_file}) {
    const bool readable = std::filesystem::is_regular_file(path) && std::ifstream(path).good();
    if (!readable) return absl::NotFoundError(absl::StrCat("cannot read ", path));
  }
  return absl::OkStatus();
}

std::shared_ptr<FileWatcherCertificateProvider> Watch(const TransportSecurity& security) {
  return std::make_shared<FileWatcherCertificateProvider>(security.key_file, security.cert_file, security.ca_file,
                                                          security.tls_refresh_seconds);
}

}  // namespace

absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> MakeServerCredentials(const TransportSecurity& security,
                                                                               std::string_view address) {
  PLEXUS_RETURN_IF_ERROR(CheckSecurity(security));
  if (!security.uses_tls_at(address)) return grpc::InsecureServerCredentials();
  PLEXUS_RETURN_IF_ERROR(CheckFiles(security));
  grpc::experimental::TlsServerCredentialsOptions options(Watch(security));
  options.watch_root_certs();
  options.watch_identity_key_cert_pairs();
  options.set_cert_request_type(GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  return grpc::experimental::TlsServerCredentials(options);
}

absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> MakeChannelCredentials(const TransportSecurity& security,
                                                                                 std::string_view address) {
  PLEXUS_RETURN_IF_ERROR(CheckSecurity(security));
  if (!security.uses_tls_at(address)) return grpc::InsecureChannelCredentials();
  PLEXUS_RETURN_IF_ERROR(CheckFiles(security));
  grpc::experimental::TlsChannelCredentialsOptions options;
  options.set_certificate_provider(Watch(security));
  options.watch_root_certs();
  options.watch_identity_key_cert_pairs();
  return grpc::experimental::TlsCredentials(options);
}

}  // namespace plexus::rpc
