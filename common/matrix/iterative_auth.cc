#include "common/matrix/iterative_auth.h"

#include "common/matrix/event_auth.h"
#include "common/matrix/event_types.h"

namespace plexus::matrix {

void IterativeAuth::Apply(const std::vector<EventNumber>& events) {
  for (EventNumber number : events) {
    const Event* event = index_.Find(number);
    if (event == nullptr || !event->is_state() || !Allows(number)) continue;
    added_.insert_or_assign(StateKey{std::string(event->type()), std::string(*event->state_key())}, number);
  }
}

std::optional<EventNumber> IterativeAuth::Find(std::string_view type, std::string_view state_key) {
  const StateKeyView key{type, state_key};
  if (auto found = added_.find(key); found != added_.end()) return found->second;
  if (base_ == nullptr) return std::nullopt;
  auto found = base_->find(key);
  return found == base_->end() ? std::nullopt : std::optional<EventNumber>(index_.NumberOf(found->second));
}

bool IterativeAuth::Allows(EventNumber number) {
  const Event& event = *index_.Find(number);
  auto state = [&](std::string_view type, std::string_view state_key) -> const Event* {
    if (std::optional<EventNumber> held = Find(type, state_key)) return index_.Find(*held);
    if (type == kRoomCreate && !version_.create_in_auth_events) return index_.CreateEvent(event);
    const std::optional<EventNumber> cited = index_.AuthOf(number, type, state_key);
    return cited && !index_.Rejected(*cited) ? index_.Find(*cited) : nullptr;
  };
  // Found out when the event was received, without which it would be in no state and in no auth chain.
  auto is_signed_by = [](const Event&, std::string_view) { return true; };
  return CheckAuth(version_, event, state, is_signed_by).ok();
}

}  // namespace plexus::matrix
