// One homeserver in this process, as every role sees it: its name, configuration and key. No storage in here, because
// the gateway has none; roles with storage add platform/data/tenant_data.h.
#pragma once

#include <memory>
#include <string>

#include "common/matrix/signing.h"
#include "common/platform/config.h"

namespace plexus::platform {

class TenantData;

// Immutable, shared; thread-safe.
struct Tenant {
  TenantConfig config;
  std::shared_ptr<const matrix::SigningKey> signing_key;  // null in a process without event_persister
  std::shared_ptr<TenantData> data;                       // null in a process without a database

  const std::string& server_name() const { return config.server_name; }
};

using TenantPtr = std::shared_ptr<const Tenant>;

}  // namespace plexus::platform
