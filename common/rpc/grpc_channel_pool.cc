#include <algorithm>
#include <list>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "common/base/status_macros.h"
#include "common/rpc/grpc_channel.h"

namespace plexus::rpc {

struct GrpcChannelPool::Impl {
  using Item = std::pair<std::string, std::shared_ptr<Channel>>;

  Impl(GrpcChannelOptions channel_options, const Clock& used_clock)
      : options(std::move(channel_options)), clock(used_clock) {}

  const GrpcChannelOptions options;
  const Clock& clock;
  absl::Mutex mutex;
  std::list<Item> channels ABSL_GUARDED_BY(mutex);  // most recently used first; few enough to search
};

GrpcChannelPool::GrpcChannelPool(GrpcChannelOptions options, const Clock& clock)
    : impl_(std::make_unique<Impl>(std::move(options), clock)) {}

GrpcChannelPool::~GrpcChannelPool() = default;

absl::StatusOr<std::shared_ptr<Channel>> GrpcChannelPool::Get(const std::string& address) {
  Impl::Item dropped;  // destroyed without the lock
  absl::MutexLock lock(&impl_->mutex);
  auto& channels = impl_->channels;
  auto it = std::find_if(channels.begin(), channels.end(), [&](const auto& item) { return item.first == address; });
  if (it == channels.end()) {
    PLEXUS_ASSIGN_OR_RETURN(std::shared_ptr<Channel> channel,
                            GrpcChannel::Create(address, impl_->options, impl_->clock));
    channels.emplace_front(address, std::move(channel));
  } else {
    channels.splice(channels.begin(), channels, it);
  }
  if (channels.size() > kMaxChannels) {
    dropped = std::move(channels.back());
    channels.pop_back();
  }
  return channels.front().second;
}

}  // namespace plexus::rpc
