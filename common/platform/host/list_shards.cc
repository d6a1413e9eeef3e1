#include "common/platform/host/list_shards.h"

#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"

namespace plexus::platform {
namespace {

constexpr char kReadShards[] = "SELECT kind, id, owner, epoch, head FROM shard ORDER BY kind, id";

absl::StatusOr<v1::ListShardsResponse> ReadShards(storage::Session& session, const std::string& tenant) {
  PLEXUS_ASSIGN_OR_RETURN(pqxx::result rows, session.Query(kReadShards));
  v1::ListShardsResponse out;
  for (const auto& row : rows) {
    v1::ShardState* shard = out.add_shards();
    shard->set_tenant(tenant);
    shard->set_kind(row["kind"].as<int>());
    shard->set_shard(row["id"].as<int>());
    shard->set_process_id(row["owner"].as<std::string>(""));
    shard->set_epoch(row["epoch"].as<int64_t>());
    shard->set_head(row["head"].as<int64_t>());
  }
  return out;
}

}  // namespace

Task<absl::StatusOr<v1::ListShardsResponse>> ListShards(ProcessParts& parts, v1::ListShardsRequest request) {
  if (!parts.has_database()) co_return absl::FailedPreconditionError("this process has no database");
  std::map<std::string, std::string> schemas;  // by tenant, in order
  for (const auto& [name, shards] : parts.directory().Tenants()) {
    if (request.tenant().empty() || request.tenant() == name) schemas[name] = shards.schema;
  }
  if (schemas.empty() && !request.tenant().empty()) {
    co_return absl::NotFoundError(absl::StrCat("no tenant ", request.tenant(), " here"));
  }
  v1::ListShardsResponse all;
  for (const auto& [name, schema_name] : schemas) {
    PLEXUS_CO_ASSIGN_OR_RETURN(storage::SchemaName schema, storage::SchemaName::Parse(schema_name));
    auto read = [tenant = name](storage::Session& session) { return ReadShards(session, tenant); };
    PLEXUS_CO_ASSIGN_OR_RETURN(v1::ListShardsResponse one,
                               co_await parts.database().Run(std::move(schema), std::move(read)));
    all.MergeFrom(one);
  }
  co_return all;
}

}  // namespace plexus::platform
