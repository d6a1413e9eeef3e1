#include <algorithm>
#include <list>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "common/base/status_macros.h"
#include "common/rpc/credentials.h"
#include "common/rpc/grpc_channel.h"

namespace plexus::rpc {

struct GrpcChannelPool::Impl {
  using Item = std::pair<std::string, std::shared_ptr<Channel>>;

  Impl(GrpcChannelOptions channel_options, const Clock& used_clock)
      : options(std::move(channel_options)), clock(used_clock) {}

  // Those with TLS are made once: each watches its files.
  absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> CredentialsFor(const std::string& address)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex) {
    if (!options.security.uses_tls_at(address)) return MakeChannelCredentials(options.security, address);
    if (tls == nullptr) {
      PLEXUS_ASSIGN_OR_RETURN(tls, MakeChannelCredentials(options.security, address));
    }
    return tls;
  }

  const GrpcChannelOptions options;
  const Clock& clock;
  absl::Mutex mutex;
  std::shared_ptr<grpc::ChannelCredentials> tls ABSL_GUARDED_BY(mutex);  // null until needed
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
    PLEXUS_ASSIGN_OR_RETURN(std::shared_ptr<grpc::ChannelCredentials> credentials, impl_->CredentialsFor(address));
    channels.emplace_front(address,
                           GrpcChannel::CreateWith(address, impl_->options, std::move(credentials), impl_->clock));
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
