#include "services/room/storage/timeline_scan.h"

#include <algorithm>
#include <limits>

#include "common/base/matrix_error.h"
#include "common/base/status_macros.h"
#include "common/storage/readers/timeline.h"

namespace plexus::room {
namespace {

using matrix::TopologicalToken;

// Whether the whole filter lets the event pass; its body is parsed only if that matters.
absl::StatusOr<bool> Passes(const matrix::RoomEventFilter& filter, const storage::StoredEvent& stored) {
  if (!matrix::Matches(filter, stored.type, stored.sender)) return false;
  if (!filter.contains_url) return true;
  PLEXUS_ASSIGN_OR_RETURN(matrix::Event event, ToEvent(stored));
  return matrix::Matches(filter, event);
}

class Scan {
 public:
  Scan(storage::Source source, const RoomView& view, const std::string& user_id, const ScanWish& wish)
      : source_(source), view_(view), user_id_(user_id), wish_(wish), place_(wish.from) {
    if (view.standing == Standing::kDeparted) last_ = PlaceAfter(*view.departure);
    if (!forward()) place_ = std::min(place_, last_);
  }

  absl::StatusOr<ScannedPage> Run() {
    for (int round = 0; round < kMaxScanRounds && page_.events.size() < wish_.limit && !ended_; ++round) {
      PLEXUS_RETURN_IF_ERROR(Round());
    }
    if (!ended_) page_.next = place_;
    return std::move(page_);
  }

 private:
  bool forward() const { return wish_.direction == Direction::kForward; }

  absl::StatusOr<std::vector<storage::StoredEvent>> Fetch(int64_t limit) {
    if (!forward()) return storage::EventsBefore(source_, view_.room.nid, {place_.depth, place_.nid}, limit);
    return storage::EventsAfter(source_, view_.room.nid, {place_.depth, place_.nid - 1}, limit);
  }

  // Whether the event stands beyond what the user may see at all, or beyond `to`.
  bool IsBeyond(const storage::StoredEvent& event, const TopologicalToken& bound) const {
    return forward() ? PlaceAfter(event) > bound : PlaceBefore(event) < bound;
  }

  // Fetches a batch, and takes from it until the page is full.
  absl::Status Round() {
    const auto wanted = static_cast<int64_t>(wish_.limit - page_.events.size()) + 1;
    const int64_t batch = std::max(wanted, kMinScanBatch);
    PLEXUS_ASSIGN_OR_RETURN(std::vector<storage::StoredEvent> fetched, Fetch(batch));
    const bool exhausted = fetched.size() < static_cast<size_t>(batch);
    const bool cut = Cut(fetched);
    PLEXUS_ASSIGN_OR_RETURN(const bool full, Take(fetched));
    if (!full) ended_ = exhausted || cut;
    return absl::OkStatus();
  }

  // Drops what stands beyond the bounds; whether there was any.
  bool Cut(std::vector<storage::StoredEvent>& fetched) {
    const size_t before = fetched.size();
    std::erase_if(fetched, [this](const storage::StoredEvent& event) {
      return (forward() && IsBeyond(event, last_)) || (wish_.to && IsBeyond(event, *wish_.to));
    });
    return fetched.size() < before;
  }

  // Appends what is visible and passes the filter, up to the limit. Whether something was left over.
  absl::StatusOr<bool> Take(const std::vector<storage::StoredEvent>& fetched) {
    std::vector<storage::StoredEvent> passing;
    for (const storage::StoredEvent& event : fetched) {
      PLEXUS_ASSIGN_OR_RETURN(const bool passes, Passes(wish_.filter, event));
      if (passes) passing.push_back(event);
    }
    PLEXUS_ASSIGN_OR_RETURN(std::vector<SeenEvent> seen, VisibleEvents(source_, view_, user_id_, std::move(passing)));
    const size_t room = wish_.limit - page_.events.size();
    const bool full = seen.size() > room;
    if (full) seen.resize(room);
    page_.events.insert(page_.events.end(), std::make_move_iterator(seen.begin()), std::make_move_iterator(seen.end()));
    if (full) {
      if (!page_.events.empty()) place_ = Past(page_.events.back().stored);
    } else if (!fetched.empty()) {
      place_ = Past(fetched.back());
    }
    return full;
  }

  TopologicalToken Past(const storage::StoredEvent& event) const {
    return forward() ? PlaceAfter(event) : PlaceBefore(event);
  }

  const storage::Source source_;
  const RoomView& view_;
  const std::string& user_id_;
  const ScanWish& wish_;
  TopologicalToken place_;
  TopologicalToken last_ = LastPlace();
  bool ended_ = false;
  ScannedPage page_;
};

}  // namespace

TopologicalToken PlaceBefore(const storage::StoredEvent& event) { return {event.depth, event.nid}; }
TopologicalToken PlaceAfter(const storage::StoredEvent& event) { return {event.depth, event.nid + 1}; }
TopologicalToken FirstPlace() { return {-1, 0}; }
TopologicalToken LastPlace() { return {std::numeric_limits<int64_t>::max(), std::numeric_limits<int64_t>::max()}; }

absl::StatusOr<TopologicalToken> NewestPlace(storage::Source source, int64_t room_nid) {
  PLEXUS_ASSIGN_OR_RETURN(std::vector<storage::StoredEvent> newest,
                          storage::EventsBefore(source, room_nid, storage::TopologicalPlace::End(), 1));
  return newest.empty() ? FirstPlace() : PlaceAfter(newest.front());
}

absl::StatusOr<TopologicalToken> PlaceOfToken(storage::Source source, const storage::StoredRoom& room,
                                              const std::string& token) {
  if (!matrix::IsStreamToken(token)) return matrix::ParseTopologicalToken(token);
  PLEXUS_ASSIGN_OR_RETURN(matrix::StreamToken stream, matrix::ParseStreamToken(token));
  const auto shard = static_cast<size_t>(room.shard);
  if (shard >= stream.room.size()) return errors::InvalidParam("The token is not of this server.");
  PLEXUS_ASSIGN_OR_RETURN(storage::TopologicalPlace place,
                          storage::PlaceOfPosition(source, room.nid, stream.room[shard]));
  return TopologicalToken{place.depth, place.nid};
}

absl::StatusOr<ScannedPage> ScanTimeline(storage::Source source, const RoomView& view, const std::string& user_id,
                                         const ScanWish& wish) {
  if (!matrix::MatchesRoom(wish.filter, view.room.room_id)) return ScannedPage();
  return Scan(source, view, user_id, wish).Run();
}

}  // namespace plexus::room
