// A room in memory, as it will be when everything that has been queued is committed.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "common/matrix/room_version.h"
#include "common/matrix/signing.h"
#include "services/event_persister/domain/bounded_map.h"
#include "services/event_persister/domain/event_draft.h"
#include "services/event_persister/domain/room_state.h"
#include "services/event_persister/domain/write_unit.h"

namespace plexus::event_persister {

struct Submission;

// In whose name events are built.
struct Author {
  std::string server_name;
  std::shared_ptr<const matrix::SigningKey> key;
};

struct Extremity {
  int64_t nid = 0;
  std::string event_id;
  int64_t depth = 0;
};

// What the database knows of a room.
struct LoadedRoom {
  int64_t nid = 0;
  std::string room_id;
  const matrix::RoomVersion* version = nullptr;
  RoomState state;
  std::vector<Extremity> extremities;  // newest last
  int64_t state_chain = 0;
  int64_t state_seq = 0;
  struct StoredTransaction {
    Transaction transaction;
    std::string type;
    std::string event_id;
  };
  std::vector<StoredTransaction> transactions;  // oldest first
  std::vector<Extremity> recent_events;         // oldest first
};

// How to take back one or several appended events.
struct Undo {
  std::vector<Extremity> extremities;
  int64_t state_seq = 0;
  struct Slot {
    std::string type, state_key;
    StateEventPtr event;  // null: there was none
  };
  std::vector<Slot> slots;  // in the order of the changes
};

// A transaction id that was used.
struct KnownTransaction {
  std::string event_id;                  // once it is committed
  std::weak_ptr<Submission> submission;  // until then
};

using DealNid = absl::FunctionRef<int64_t()>;

// Everything runs on the executor of the room's shard.
class HotRoom {
 public:
  static constexpr size_t kMaxTransactions = 256;
  static constexpr size_t kMaxRecentEvents = 256;
  static constexpr size_t kMaxKnownReceipts = 256;

  explicit HotRoom(LoadedRoom loaded);

  // Builds, authorises and signs the event of `draft` on top of everything appended before it, and appends it. `undo`
  // is added to, unless this fails, in which case nothing has changed. Errors: 403 M_FORBIDDEN; what the builder says
  // of formats and sizes.
  absl::StatusOr<EventRow> Append(const EventDraft& draft, const Author& author, DealNid deal_nid, Undo& undo);
  // Whether Append would succeed, without doing it.
  absl::Status Check(const EventDraft& draft, const Author& author) const;
  // Appends a finished create event to a room without events.
  absl::StatusOr<EventRow> AppendCreate(const matrix::Event& create, DealNid deal_nid, Undo& undo);
  // The undo of the next append.
  Undo BeginUndo() const { return {extremities_, state_seq_, {}}; }
  // Of the newest appends, in reverse order.
  void TakeBack(const Undo& undo);

  // The current state event of that key if `draft` would only repeat it: the same sender and content.
  StateEventPtr FindRepeated(const EventDraft& draft, bool any_sender) const;

  int64_t nid() const { return nid_; }
  const std::string& room_id() const { return room_id_; }
  const matrix::RoomVersion& version() const { return *version_; }
  const RoomState& state() const { return state_; }
  int64_t state_chain() const { return state_chain_; }
  size_t memory_bytes() const;

  // Its creation failed: nothing can be appended.
  bool gone = false;
  // What is queued for this room and carries events, oldest first.
  std::deque<std::shared_ptr<Submission>> pending;
  int64_t generation = 0;
  // By TransactionKey.
  BoundedMap<KnownTransaction> transactions{kMaxTransactions};
  // Numbers of recent committed events by id: what receipts point to.
  BoundedMap<int64_t> recent_events{kMaxRecentEvents};
  // The last committed receipt by user, kind and thread: repeating it needs no write.
  BoundedMap<std::string> receipts{kMaxKnownReceipts};

 private:
  absl::StatusOr<matrix::Event> Build(const EventDraft& draft, const Author& author,
                                      const std::vector<StateEventPtr>& auth) const;
  absl::Status Authorise(const matrix::Event& event, const EventDraft& draft, const Author& author) const;
  std::vector<StateEventPtr> AuthEvents(const EventDraft& draft) const;
  EventRow MakeRow(const matrix::Event& event, DealNid deal_nid);
  void Apply(const matrix::Event& event, EventRow& row, DealNid deal_nid, Undo& undo);
  void ApplyRedaction(const RedactionTarget& target, EventRow& row, Undo& undo);
  void PutState(std::string_view type, std::string_view state_key, StateEventPtr event, Undo& undo);

  const int64_t nid_;
  const std::string room_id_;
  const matrix::RoomVersion* const version_;
  RoomState state_;
  std::vector<Extremity> extremities_;
  const int64_t state_chain_;
  int64_t state_seq_;
};

// Names a transaction id within its room.
std::string TransactionKey(const Transaction& transaction, std::string_view type);

}  // namespace plexus::event_persister
