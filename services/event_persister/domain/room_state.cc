#include "services/event_persister/domain/room_state.h"

#include "common/matrix/event_types.h"
#include "common/platform/log.h"

namespace plexus::event_persister {
namespace {

// What a map entry, its keys and the parsed form may cost beside the text.
constexpr size_t kEntryBytes = 400;

}  // namespace

const matrix::Event* StateEvent::event() const {
  if (event_ || damaged_) return event_ ? &*event_ : nullptr;
  absl::StatusOr<matrix::Event> parsed = matrix::Event::FromStored(json_, event_id_, version_);
  if (!parsed.ok()) {
    damaged_ = true;
    platform::LogError("a stored event cannot be read", {{"event_id", event_id_}});
    return nullptr;
  }
  event_ = *std::move(parsed);
  return &*event_;
}

size_t StateEvent::memory_bytes() const { return kEntryBytes + json_.size(); }

StateEventPtr RoomState::Find(std::string_view type, std::string_view state_key) const {
  auto keys = types_.find(type);
  if (keys == types_.end()) return nullptr;
  auto event = keys->second.find(state_key);
  return event == keys->second.end() ? nullptr : event->second;
}

const matrix::Event* RoomState::Event(std::string_view type, std::string_view state_key) const {
  const StateEventPtr found = Find(type, state_key);
  return found == nullptr ? nullptr : found->event();
}

StateEventPtr RoomState::Put(std::string_view type, std::string_view state_key, StateEventPtr event) {
  ByKey& keys = types_[std::string(type)];
  if (event != nullptr) bytes_ += event->memory_bytes();
  StateEventPtr before;
  if (event == nullptr) {
    auto node = keys.extract(std::string(state_key));
    if (node) before = std::move(node.mapped());
  } else {
    before = std::exchange(keys[std::string(state_key)], std::move(event));
  }
  if (before != nullptr) bytes_ -= before->memory_bytes();
  return before;
}

matrix::Membership RoomState::MembershipOf(std::string_view user_id) const {
  return matrix::MembershipOf(Event(matrix::kRoomMember, user_id));
}

std::optional<matrix::Membership> RoomState::FindMembership(std::string_view user_id) const {
  const matrix::Event* member = Event(matrix::kRoomMember, user_id);
  if (member == nullptr) return std::nullopt;
  return matrix::MembershipOf(member);
}

}  // namespace plexus::event_persister
