#include "common/platform/routing/directory_proto.h"

namespace plexus::platform {

v1::GetDirectoryResponse ToProto(const Directory& directory, const TenantShardsByName& tenants) {
  v1::GetDirectoryResponse out;
  out.set_process_id(directory.self);
  for (const auto& [id, process] : directory.processes) {
    v1::Process* to = out.add_processes();
    to->set_id(process.id);
    to->set_address(process.address);
    for (const std::string& role : process.roles) to->add_roles(role);
  }
  for (const auto& [key, owner] : directory.owners) {
    v1::ShardOwner* to = out.add_owners();
    to->set_schema(key.schema);
    to->set_kind(key.kind);
    to->set_shard(key.shard);
    to->set_process_id(owner.process_id);
    to->set_epoch(owner.epoch);
  }
  for (const auto& [name, shards] : tenants) {
    v1::TenantShards* to = out.add_tenants();
    to->set_tenant(name);
    to->set_schema(shards.schema);
    to->set_room_shards(shards.room_shards);
    to->set_user_shards(shards.user_shards);
  }
  return out;
}

DirectoryPtr DirectoryFromProto(const v1::GetDirectoryResponse& proto, std::string self) {
  auto out = std::make_shared<Directory>();
  out->version = proto.version();
  out->self = std::move(self);
  for (const v1::Process& process : proto.processes()) {
    out->processes[process.id()] = {process.id(), process.address(), {process.roles().begin(), process.roles().end()}};
  }
  for (const v1::ShardOwner& owner : proto.owners()) {
    out->owners[{owner.schema(), owner.kind(), owner.shard()}] = {owner.process_id(), owner.epoch()};
  }
  return out;
}

TenantShardsByName TenantsFromProto(const v1::GetDirectoryResponse& proto) {
  TenantShardsByName out;
  for (const v1::TenantShards& tenant : proto.tenants()) {
    out[tenant.tenant()] = {tenant.schema(), tenant.room_shards(), tenant.user_shards()};
  }
  return out;
}

}  // namespace plexus::platform
