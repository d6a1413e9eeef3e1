// The TLS certificates of the tenants, as files name them.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "common/http/tls.h"
#include "common/platform/config.h"
#include "gateway/tenant_state.h"

namespace plexus::gateway {

// The tenant's certificate for all of its hosts; nullopt if its configuration names none. InvalidArgument names the
// key and the file that cannot be read.
absl::StatusOr<std::optional<http::TlsCertificate>> ReadCertificate(const platform::TenantConfig& config);

// Those of all `tenants`. What has become unreadable since its tenant was opened is left out and logged.
std::vector<http::TlsCertificate> ReadCertificates(const std::vector<TenantStatePtr>& tenants);

}  // namespace plexus::gateway
