#include "gateway/certificates.h"

#include <fstream>
#include <sstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/platform/log.h"
#include "gateway/tenant_hosts.h"

namespace plexus::gateway {
namespace {

absl::StatusOr<std::string> ReadFile(const platform::TenantConfig& tenant, std::string_view key,
                                     const std::string& path) {
  std::ifstream in(path);
  std::stringstream text;
  if (in) text << in.rdbuf();
  if (in && text) return text.str();
  return absl::InvalidArgumentError(
      absl::StrCat("tenant ", tenant.server_name, ": ", key, " is \"", path, "\"; allowed: a readable PEM file"));
}

}  // namespace

absl::StatusOr<std::optional<http::TlsCertificate>> ReadCertificate(const platform::TenantConfig& config) {
  if (config.tls_certificate_file.empty()) return std::nullopt;
  http::TlsCertificate certificate;
  for (const std::string& host : HostsOf(config)) {
    if (host.find(':') == host.npos) certificate.server_names.push_back(host);
  }
  PLEXUS_ASSIGN_OR_RETURN(certificate.chain_pem, ReadFile(config, "tls_certificate_file", config.tls_certificate_file));
  PLEXUS_ASSIGN_OR_RETURN(certificate.key_pem, ReadFile(config, "tls_key_file", config.tls_key_file));
  return certificate;
}

std::vector<http::TlsCertificate> ReadCertificates(const std::vector<TenantStatePtr>& tenants) {
  std::vector<http::TlsCertificate> certificates;
  for (const TenantStatePtr& tenant : tenants) {
    absl::StatusOr<std::optional<http::TlsCertificate>> certificate = ReadCertificate(tenant->tenant->config);
    if (!certificate.ok()) {
      platform::LogError("certificate", {{"tenant", tenant->server_name()}, {"why", certificate.status().message()}});
    } else if (*certificate) {
      certificates.push_back(**std::move(certificate));
    }
  }
  return certificates;
}

}  // namespace plexus::gateway
