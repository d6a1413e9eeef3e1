#include "common/matrix/event_index.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/matrix/event_types.h"

namespace plexus::matrix {

EventNumber EventIndex::NumberOf(std::string_view id) {
  auto [place, added] = numbers_.try_emplace(id, static_cast<EventNumber>(nodes_.size()));
  if (added) nodes_.push_back({.id = id});
  return place->second;
}

EventIndex::Node& EventIndex::Fetched(EventNumber number) {
  Node& node = nodes_[number];
  if (!node.fetched) {
    node.known = fetch_(node.id);
    node.fetched = true;
  }
  return node;
}

absl::Span<const EventNumber> EventIndex::AuthOf(EventNumber number) {
  if (OverLimit()) return {};
  Node& node = Fetched(number);
  if (!node.auth) {
    node.auth.emplace();
    if (node.known.event != nullptr) {
      for (std::string_view id : node.known.event->auth_events()) node.auth->push_back(NumberOf(id));
    }
  }
  steps_ += 1 + node.auth->size();
  return *node.auth;
}

std::optional<EventNumber> EventIndex::AuthOf(EventNumber number, std::string_view type, std::string_view state_key) {
  for (EventNumber cited : AuthOf(number)) {
    const Event* event = Find(cited);
    if (event != nullptr && event->IsState(type, state_key)) return cited;
  }
  return std::nullopt;
}

const Event* EventIndex::CreateEvent(const Event& event) {
  std::string id = absl::StrCat("$", event.room_id().substr(1));
  auto known = numbers_.find(id);
  // Of one room there is one such id to keep.
  const Node& node =
      Fetched(known != numbers_.end() ? known->second : NumberOf(create_ids_.emplace_back(std::move(id))));
  const bool usable = node.known.event != nullptr && !node.known.rejected && node.known.event->type() == kRoomCreate;
  return usable ? node.known.event : nullptr;
}

absl::Status EventIndex::status() const {
  if (nodes_.size() > limits_.max_events) return absl::ResourceExhaustedError("the room's state takes too many events");
  if (steps_ > limits_.max_steps) return absl::ResourceExhaustedError("the room's auth chains are too long");
  return absl::OkStatus();
}

std::vector<std::string> EventIndex::Missing() const {
  std::vector<std::string> missing;
  for (const Node& node : nodes_) {
    if (node.fetched && node.known.event == nullptr) missing.emplace_back(node.id);
  }
  std::sort(missing.begin(), missing.end());
  return missing;
}

}  // namespace plexus::matrix
