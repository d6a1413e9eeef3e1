#include "common/storage/fenced_batch.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/storage/array.h"
#include "common/storage/outcome_resolver.h"
#include "common/storage/sql_error.h"

namespace plexus::storage {
namespace {

constexpr int kMaxAttempts = 5;

std::vector<Parameter> FenceParameters(std::span<const ShardAdvance> advances) {
  std::vector<int32_t> kinds, ids;
  std::vector<int64_t> leases, old_heads, new_heads, next_nids;
  for (const ShardAdvance& advance : advances) {
    kinds.push_back(static_cast<int32_t>(advance.shard.kind));
    ids.push_back(advance.shard.id);
    leases.push_back(advance.lease_id);
    old_heads.push_back(advance.old_head);
    new_heads.push_back(advance.new_head);
    next_nids.push_back(advance.next_nid);
  }
  return {IntArray(kinds),        IntArray(ids),          BigintArray(leases),
          BigintArray(old_heads), BigintArray(new_heads), BigintArray(next_nids)};
}

// One batch on its way: which advances are still to be settled, and what is known of the others.
class BatchWrite {
 public:
  BatchWrite(Session& session, std::string_view sql, std::span<const ShardAdvance> advances,
             std::vector<Parameter> parameters)
      : session_(session), sql_(sql), advances_(advances), parameters_(std::move(parameters)) {
    result_.outcomes.resize(advances.size(), FenceOutcome::kNotWritten);
    for (size_t i = 0; i < advances.size(); ++i) open_.push_back(i);
  }

  absl::StatusOr<FencedBatchResult> Run() {
    for (int attempt = 1; !open_.empty(); ++attempt) {
      absl::StatusOr<pqxx::result> rows = Send();
      if (rows.ok()) {
        PLEXUS_RETURN_IF_ERROR(Settle(*std::move(rows)));
        break;
      }
      bool unknown = CommitOutcomeOf(rows.status()) == CommitOutcome::kUnknown;
      if (unknown) in_doubt_ = true;
      // Lost before it was sent is as good as new.
      if (!absl::IsUnavailable(rows.status()) || attempt == kMaxAttempts) return Failed(rows.status());
      PLEXUS_RETURN_IF_ERROR(Resolve());
    }
    return std::move(result_);
  }

 private:
  absl::StatusOr<pqxx::result> Send() {
    std::vector<ShardAdvance> open = Open();
    std::vector<Parameter> all = FenceParameters(open);
    all.insert(all.end(), parameters_.begin(), parameters_.end());
    return session_.QueryParameters(sql_, std::move(all));
  }

  std::vector<ShardAdvance> Open() const {
    std::vector<ShardAdvance> open;
    for (size_t i : open_) open.push_back(advances_[i]);
    return open;
  }

  absl::Status Settle(pqxx::result rows) {
    absl::flat_hash_set<std::pair<int, int>> fenced;
    for (const auto& row : rows) fenced.emplace(row["fence_kind"].as<int>(), row["fence_id"].as<int>());
    std::vector<size_t> refused;
    for (size_t i : open_) {
      const ShardId& shard = advances_[i].shard;
      bool committed = fenced.contains({static_cast<int>(shard.kind), shard.id});
      if (committed) result_.outcomes[i] = FenceOutcome::kCommitted;
      if (!committed) refused.push_back(i);
    }
    result_.rows = std::move(rows);
    open_ = std::move(refused);
    // A refused fence means a lost lease, unless an earlier attempt arrived after all.
    return in_doubt_ && !open_.empty() ? Resolve() : absl::OkStatus();
  }

  absl::Status Resolve() {
    std::vector<ShardAdvance> open = Open();
    absl::StatusOr<std::vector<Resolution>> resolutions = ResolveAfterLoss(session_, open);
    if (!resolutions.ok()) return Failed(resolutions.status());
    std::vector<size_t> again;
    for (size_t k = 0; k < open_.size(); ++k) {
      Resolution resolution = (*resolutions)[k];
      // With equal heads the row does not tell: the statement is safe to repeat.
      bool tells = open[k].old_head != open[k].new_head;
      if (resolution == Resolution::kRetry || (resolution == Resolution::kCommitted && !tells)) {
        again.push_back(open_[k]);
      } else {
        result_.outcomes[open_[k]] = Outcome(resolution);
      }
    }
    open_ = std::move(again);
    return absl::OkStatus();
  }

  FenceOutcome Outcome(Resolution resolution) const {
    if (resolution == Resolution::kCommitted) return FenceOutcome::kCommittedUnseen;
    return in_doubt_ ? FenceOutcome::kUnknown : FenceOutcome::kNotWritten;
  }

  absl::Status Failed(const absl::Status& status) const {
    return in_doubt_ ? UnknownOutcome(status.message()) : status;
  }

  Session& session_;
  const std::string_view sql_;
  const std::span<const ShardAdvance> advances_;
  const std::vector<Parameter> parameters_;
  FencedBatchResult result_;
  std::vector<size_t> open_;  // indices of advances_
  bool in_doubt_ = false;     // an attempt was sent and not answered
};

}  // namespace

absl::StatusOr<FencedBatchResult> FencedBatch(Session& session, std::string_view sql,
                                              std::span<const ShardAdvance> advances,
                                              std::vector<Parameter> parameters) {
  return BatchWrite(session, sql, advances, std::move(parameters)).Run();
}

}  // namespace plexus::storage
