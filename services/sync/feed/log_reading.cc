#include "services/sync/feed/log_reading.h"

#include <utility>
#include <vector>

#include "common/base/status_macros.h"
#include "common/storage/readers/room_log.h"
#include "common/storage/readers/user_log.h"

namespace plexus::sync {
namespace {

template <typename LogBatch>
std::vector<bus::Batch> BatchOf(const LogBatch& read) {
  if (read.last_position() < read.first_position()) return {};
  bus::Batch batch;
  batch.first = static_cast<uint64_t>(read.first_position());
  batch.last = static_cast<uint64_t>(read.last_position());
  if (read.entries_size() > 0) batch.payload = std::make_shared<const std::string>(read.SerializeAsString());
  return {batch};
}

Task<absl::StatusOr<std::vector<bus::Batch>>> Read(std::shared_ptr<platform::TenantData> data, rpc::ShardKind kind,
                                                   int shard, int64_t after, int64_t limit) {
  using Batches = absl::StatusOr<std::vector<bus::Batch>>;
  auto read = [kind, shard, after, limit](storage::Session& session) -> Batches {
    if (kind == rpc::ShardKind::kRoom) {
      PLEXUS_ASSIGN_OR_RETURN(auto batch, storage::ReadRoomLog(session, shard, after, limit));
      return BatchOf(batch);
    }
    PLEXUS_ASSIGN_OR_RETURN(auto batch, storage::ReadUserLog(session, shard, after, limit));
    return BatchOf(batch);
  };
  storage::SchemaName schema = data->schema();
  co_return co_await data->database().Run(std::move(schema), std::move(read));
}

}  // namespace

bus::ReadRange ReadRangeOf(std::shared_ptr<platform::TenantData> data, rpc::ShardKind kind, int shard) {
  return [data = std::move(data), kind, shard](uint64_t after, size_t limit) {
    return Read(data, kind, shard, static_cast<int64_t>(after), static_cast<int64_t>(limit));
  };
}

}  // namespace plexus::sync
