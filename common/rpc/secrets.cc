#include "common/rpc/secrets.h"

#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "common/base/random.h"

namespace plexus::rpc {

struct Secrets::Shared {
  absl::Mutex mutex;
  std::shared_ptr<const std::vector<std::string>> secrets ABSL_GUARDED_BY(mutex);
};

Secrets::Secrets(std::vector<std::string> secrets) : shared_(std::make_shared<Shared>()) {
  Replace(std::move(secrets));
}

std::shared_ptr<const std::vector<std::string>> Secrets::Get() const {
  absl::MutexLock lock(&shared_->mutex);
  return shared_->secrets;
}

void Secrets::Replace(std::vector<std::string> secrets) const {
  auto replaced = std::make_shared<const std::vector<std::string>>(std::move(secrets));
  absl::MutexLock lock(&shared_->mutex);
  shared_->secrets = std::move(replaced);
}

bool Secrets::Accept(std::string_view secret) const {
  const auto known = Get();
  bool accepted = known->empty();
  for (const std::string& each : *known) accepted |= ConstantTimeEquals(each, secret);
  return accepted;
}

}  // namespace plexus::rpc
