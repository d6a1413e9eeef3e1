// plexus migrate: brings the database of every tenant in the file to this binary's schema.
#include <cstdio>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/platform/config.h"
#include "common/storage/tenant_schema.h"
#include "plexus/command.h"

namespace plexus {

absl::Status Migrate(const Words& words) {
  PLEXUS_ASSIGN_OR_RETURN(Arguments arguments, ParseArguments(words, {"config"}));
  PLEXUS_ASSIGN_OR_RETURN(std::string file, arguments.Require("config"));
  PLEXUS_ASSIGN_OR_RETURN(platform::Config config, platform::LoadConfig(file));
  storage::DatabaseOptions options;
  options.connection_string = config.database.uri;
  options.application_name = "migrate";
  PLEXUS_ASSIGN_OR_RETURN(auto database, storage::Database::Create(std::move(options)));
  for (const platform::TenantConfig& tenant : config.tenants) {
    PLEXUS_ASSIGN_OR_RETURN(storage::SchemaName schema, storage::SchemaName::Parse(tenant.schema));
    absl::StatusOr<storage::SchemaInfo> info =
        storage::MigrateSchema(*database, schema, {tenant.server_name, tenant.room_shards, tenant.user_shards});
    if (!info.ok()) {
      return absl::Status(info.status().code(), absl::StrCat(tenant.server_name, ": ", info.status().message()));
    }
    std::printf("%s: schema %s is at version %d\n", tenant.server_name.c_str(), schema.name().c_str(), info->version);
  }
  return absl::OkStatus();
}

}  // namespace plexus
