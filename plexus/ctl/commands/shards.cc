// plexusctl shards: who owns what, since which epoch, and how far each log has come.
#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/rpc/shard_of.h"
#include "plexus/ctl/commands.h"
#include "plexus/platform/v1/platform_service.rpc.h"

namespace plexus::ctl {
namespace {

using platform::v1::DirectoryService;
using platform::v1::ListShardsRequest;
using platform::v1::ListShardsResponse;

// From the first process that has a database.
absl::StatusOr<ListShardsResponse> Ask(Installation& plexus, const ListShardsRequest& request) {
  PLEXUS_ASSIGN_OR_RETURN(std::vector<std::string> addresses, plexus.Addresses());
  absl::StatusOr<ListShardsResponse> response = absl::UnavailableError("there is no process");
  for (const std::string& address : addresses) {
    response = plexus.Call(address, DirectoryService::ListShards, request);
    if (!absl::IsFailedPrecondition(response.status())) break;
  }
  return response;
}

}  // namespace

absl::Status Shards(const Command& command) {
  ListShardsRequest request;
  const auto& words = command.arguments.positional;
  if (words.size() > 1) return UsageError("say one server name, or none for all tenants");
  if (!words.empty()) request.set_tenant(words[0]);
  PLEXUS_ASSIGN_OR_RETURN(ListShardsResponse response, Ask(command.plexus, request));
  Table table({"TENANT", "KIND", "SHARD", "OWNER", "EPOCH", "HEAD"});
  for (const auto& shard : response.shards()) {
    table.Add({shard.tenant(), std::string(rpc::ShardKindName(static_cast<rpc::ShardKind>(shard.kind()))),
               shard.shard(), shard.process_id(), shard.epoch(), shard.head()});
  }
  command.Print(table);
  return absl::OkStatus();
}

}  // namespace plexus::ctl
