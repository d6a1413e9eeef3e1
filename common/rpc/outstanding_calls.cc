#include "common/rpc/outstanding_calls.h"

#include <random>
#include <utility>

namespace plexus::rpc {
namespace {

size_t RandomBelow(size_t bound) {
  thread_local std::minstd_rand generator{std::random_device{}()};
  return std::uniform_int_distribution<size_t>(0, bound - 1)(generator);
}

}  // namespace

OutstandingCalls::Call::Call(OutstandingCalls& calls, std::string process_id)
    : calls_(calls), process_id_(std::move(process_id)) {
  absl::MutexLock lock(&calls_.mutex_);
  ++calls_.counts_[process_id_];
}

OutstandingCalls::Call::~Call() {
  absl::MutexLock lock(&calls_.mutex_);
  auto it = calls_.counts_.find(process_id_);
  if (--it->second == 0) calls_.counts_.erase(it);
}

const Endpoint& OutstandingCalls::LessBusy(const std::vector<Endpoint>& copies) const {
  if (copies.size() == 1) return copies.front();
  const size_t a = RandomBelow(copies.size());
  const size_t b = (a + 1 + RandomBelow(copies.size() - 1)) % copies.size();
  absl::ReaderMutexLock lock(&mutex_);
  return Count(copies[a]) <= Count(copies[b]) ? copies[a] : copies[b];
}

int OutstandingCalls::Count(const Endpoint& copy) const {
  auto it = counts_.find(copy.process_id);
  return it == counts_.end() ? 0 : it->second;
}

}  // namespace plexus::rpc
