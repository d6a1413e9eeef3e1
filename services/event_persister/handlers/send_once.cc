#include "services/event_persister/handlers/send_once.h"

#include "common/base/status_macros.h"
#include "common/matrix/event_types.h"

namespace plexus::event_persister {
namespace {

Task<absl::StatusOr<SentEvent>> Answered(SubmissionPtr submission, bool first) {
  PLEXUS_CO_RETURN_IF_ERROR(co_await RoomShard::Await(submission));
  co_return SentEvent{submission->event_ids.front(), first ? submission->position : 0};
}

// The submission that brings the state event, if it is not committed yet.
SubmissionPtr FindPending(const HotRoom& room, int64_t nid) {
  for (const SubmissionPtr& submission : room.pending) {
    for (const EventRow& row : submission->unit->events) {
      if (row.nid == nid) return submission;
    }
  }
  return nullptr;
}

// A user who has left may "leave" again, though no event could say so any more.
bool NeedsNoAuthorisation(const EventDraft& draft, bool skip_if_unchanged) {
  return skip_if_unchanged && draft.type == matrix::kRoomMember && draft.state_key == draft.sender;
}

}  // namespace

Task<absl::StatusOr<SentEvent>> SendOnce(OpenRoom open, EventDraft draft, bool skip_if_unchanged) {
  HotRoom& room = *open.room;
  if (!draft.transaction.empty()) {
    KnownTransaction* known = room.transactions.Find(TransactionKey(draft.transaction, draft.type));
    if (known != nullptr && !known->event_id.empty()) co_return SentEvent{known->event_id, 0};
    const SubmissionPtr first = known == nullptr ? nullptr : known->submission.lock();
    if (first != nullptr) co_return co_await Answered(first, false);
  }
  if (const StateEventPtr same = room.FindRepeated(draft, skip_if_unchanged)) {
    if (!NeedsNoAuthorisation(draft, skip_if_unchanged)) {
      PLEXUS_CO_RETURN_IF_ERROR(room.Check(draft, open.shard().environment().author));
    }
    const SubmissionPtr pending = FindPending(room, same->nid());
    // The whole unit is waited for; its last event may be another than ours (a room's creation).
    if (pending != nullptr) PLEXUS_CO_RETURN_IF_ERROR(co_await RoomShard::Await(pending));
    co_return SentEvent{same->event_id(), 0};
  }
  PLEXUS_CO_ASSIGN_OR_RETURN(SubmissionPtr submission, open.shard().Send(open.room, std::move(draft)));
  co_return co_await Answered(std::move(submission), true);
}

}  // namespace plexus::event_persister
