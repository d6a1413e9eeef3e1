#include "common/rpc/health.h"

#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/rpc/grpc_wire.h"

namespace plexus::rpc {

using common::v1::HealthCheckRequest;
using common::v1::HealthCheckResponse;
using common::v1::ServingStatus;

namespace {

constexpr std::string_view kCheckPath = "/grpc.health.v1.Health/Check";
constexpr std::string_view kWatchPath = "/grpc.health.v1.Health/Watch";

grpc::ByteBuffer Answer(ServingStatus status) {
  HealthCheckResponse response;
  response.set_status(status);
  return Serialize(response);
}

class HealthCheck final : public grpc::ServerGenericBidiReactor {
 public:
  explicit HealthCheck(std::shared_ptr<HealthBoard> board) : board_(std::move(board)) { StartRead(&buffer_); }

  void OnReadDone(bool ok) override {
    if (!ok) return Finish(ToGrpcStatus(absl::InvalidArgumentError("a call without a request")));
    HealthCheckRequest request;
    if (absl::Status status = Parse(buffer_, request); !status.ok()) return Finish(ToGrpcStatus(status));
    const ServingStatus status = board_->StatusOf(request.service());
    if (status == common::v1::SERVING_STATUS_SERVICE_UNKNOWN) {
      return Finish(ToGrpcStatus(absl::NotFoundError(absl::StrCat("nothing here is called ", request.service()))));
    }
    buffer_ = Answer(status);
    StartWriteAndFinish(&buffer_, grpc::WriteOptions(), grpc::Status::OK);
  }

  void OnDone() override { delete this; }

 private:
  const std::shared_ptr<HealthBoard> board_;
  grpc::ByteBuffer buffer_;
};

}  // namespace

// One call of Watch: writes the status, and again whenever it has changed. At most one write is under way; what
// happens meanwhile is seen when it has ended.
class HealthWatch final : public grpc::ServerGenericBidiReactor, public std::enable_shared_from_this<HealthWatch> {
 public:
  explicit HealthWatch(std::shared_ptr<HealthBoard> board) : board_(std::move(board)) {}

  // Lives until OnDone.
  void Begin() {
    self_ = shared_from_this();
    StartRead(&buffer_);
  }

  void OnReadDone(bool ok) override {
    HealthCheckRequest request;
    absl::Status status = ok ? Parse(buffer_, request) : absl::InvalidArgumentError("a call without a request");
    if (!status.ok()) return End(status);
    {
      absl::MutexLock lock(&mutex_);
      name_ = request.service();
    }
    if (!board_->Add(shared_from_this())) return End(absl::ResourceExhaustedError("too many watch already"));
    Look();
  }

  void OnWriteDone(bool ok) override {
    {
      absl::MutexLock lock(&mutex_);
      writing_ = false;
      cancelled_ |= !ok;
    }
    Look();
  }

  void OnCancel() override {
    {
      absl::MutexLock lock(&mutex_);
      cancelled_ = true;
    }
    Look();
  }

  void OnDone() override {
    board_->Remove(self_);
    const std::shared_ptr<HealthWatch> last = std::move(self_);
  }

  // Does what is to be done next, if anything. From any thread, also after the call's end.
  void Look() {
    // Without the lock: gRPC may call back at once. Whoever got a step is alone until it has been done.
    switch (NextStep()) {
      case Step::kNone: return;
      case Step::kWrite: return StartWrite(&buffer_);
      case Step::kFinish: return Finish(ToGrpcStatus(absl::UnavailableError("the server is shutting down")));
    }
  }

 private:
  enum class Step { kNone, kWrite, kFinish };

  Step NextStep() {
    absl::MutexLock lock(&mutex_);
    if (!name_ || writing_ || ended_) return Step::kNone;
    const ServingStatus now = board_->StatusOf(*name_);
    const bool is_news = told_ != now;
    ended_ = cancelled_ || (!is_news && board_->closed());
    if (ended_) return Step::kFinish;
    if (!is_news) return Step::kNone;
    told_ = now;
    writing_ = true;
    buffer_ = Answer(now);
    return Step::kWrite;
  }

  void End(const absl::Status& status) {
    {
      absl::MutexLock lock(&mutex_);
      if (std::exchange(ended_, true)) return;
    }
    Finish(ToGrpcStatus(status));
  }

  const std::shared_ptr<HealthBoard> board_;
  grpc::ByteBuffer buffer_;  // belongs to the operation under way
  std::shared_ptr<HealthWatch> self_;
  absl::Mutex mutex_;                                        // taken before the board's
  std::optional<std::string> name_ ABSL_GUARDED_BY(mutex_);  // once it has been read
  std::optional<ServingStatus> told_ ABSL_GUARDED_BY(mutex_);
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool cancelled_ ABSL_GUARDED_BY(mutex_) = false;
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;
};

void HealthBoard::Set(std::string_view name, bool serving) {
  {
    absl::MutexLock lock(&mutex_);
    serving_.insert_or_assign(std::string(name), serving);
  }
  Notify();
}

void HealthBoard::Close() {
  {
    absl::MutexLock lock(&mutex_);
    closed_ = true;
  }
  Notify();
}

ServingStatus HealthBoard::StatusOf(std::string_view name) const {
  absl::MutexLock lock(&mutex_);
  auto it = serving_.find(name);
  if (it == serving_.end()) return common::v1::SERVING_STATUS_SERVICE_UNKNOWN;
  return it->second && !closed_ ? common::v1::SERVING_STATUS_SERVING : common::v1::SERVING_STATUS_NOT_SERVING;
}

bool HealthBoard::closed() const {
  absl::MutexLock lock(&mutex_);
  return closed_;
}

bool HealthBoard::Add(std::shared_ptr<HealthWatch> watch) {
  absl::MutexLock lock(&mutex_);
  if (watches_.size() >= kMaxWatches) return false;
  watches_.push_back(std::move(watch));
  return true;
}

void HealthBoard::Remove(const std::shared_ptr<HealthWatch>& watch) {
  absl::MutexLock lock(&mutex_);
  std::erase(watches_, watch);
}

void HealthBoard::Notify() {
  std::vector<std::shared_ptr<HealthWatch>> watches;
  {
    absl::MutexLock lock(&mutex_);
    watches = watches_;
  }
  for (const auto& watch : watches) watch->Look();
}

grpc::ServerGenericBidiReactor* NewHealthCall(std::string_view path, std::shared_ptr<HealthBoard> board) {
  if (path == kCheckPath) return new HealthCheck(std::move(board));
  if (path != kWatchPath) return nullptr;
  auto watch = std::make_shared<HealthWatch>(std::move(board));
  watch->Begin();
  return watch.get();
}

}  // namespace plexus::rpc
