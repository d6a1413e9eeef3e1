// A room's graph for tests of state resolution: events that cite what authorises them in the state that they are sent
// to.
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/json/parse.h"
#include "common/matrix/auth_events.h"
#include "common/matrix/event_auth.h"
#include "common/matrix/event_builder.h"
#include "common/matrix/event_hash.h"
#include "common/matrix/event_types.h"
#include "common/matrix/ids.h"
#include "common/matrix/state_res.h"

namespace plexus::matrix {

inline constexpr std::string_view kAlice = "@alice:one";  // who creates the room
inline constexpr std::string_view kBob = "@bob:two";
inline constexpr std::string_view kCarol = "@carol:three";

class TestGraph {
 public:
  explicit TestGraph(std::string_view version) : version_(*FindRoomVersion(version)) {}

  const RoomVersion& version() const { return version_; }
  const Event& event(std::string_view id) const { return events_.find(id)->second; }
  size_t size() const { return events_.size(); }

  // The time of the next event; each takes the clock on by a second.
  int64_t now = 1'700'000'000'000;

  // The event's id, without adding it to any state.
  std::string Send(const StateMap& state, std::string_view type, std::optional<std::string> state_key,
                   std::string_view sender, std::string_view content) {
    EventTemplate wanted{.room_id = room_id_,
                         .type = std::string(type),
                         .state_key = state_key,
                         .sender = std::string(sender),
                         .content = json::ParseObject(content).value()};
    if (version_.event_ids == EventIds::kChosen) wanted.event_id = "$" + std::to_string(events_.size()) + ":one";
    EventPosition position{.depth = depth_++, .origin_server_ts = std::exchange(now, now + 1000)};
    std::optional<std::string_view> key;
    if (state_key) key = *state_key;
    for (const StateKey& one : AuthEventKeys(version_, type, key, sender, wanted.content)) {
      if (auto held = state.find(one); held != state.end()) Cite(held->second, position);
    }
    return Put(BuildEvent(version_, std::move(wanted), position, "one", key_).value());
  }

  // The same, put into `state`.
  std::string Set(StateMap& state, std::string_view type, std::string state_key, std::string_view sender,
                  std::string_view content) {
    std::string id = Send(state, type, state_key, sender, content);
    state[StateKey{std::string(type), std::move(state_key)}] = id;
    return id;
  }
  std::string SetMember(StateMap& state, std::string_view sender, std::string_view target,
                        std::string_view membership) {
    return Set(state, kRoomMember, std::string(target), sender,
               R"({"membership":")" + std::string(membership) + R"("})");
  }

  // A public room that Alice has created and joined, and in which only she has power.
  StateMap Create() {
    StateMap state;
    room_id_ = version_.room_id_is_create_event ? "" : "!room:one";
    const std::string create =
        Set(state, kRoomCreate, "", kAlice, version_.creator_in_content ? R"({"creator":"@alice:one"})" : "{}");
    room_id_ = event(create).room_id();
    // The first join is allowed because it comes right after.
    EventTemplate join{.room_id = room_id_,
                       .type = std::string(kRoomMember),
                       .state_key = std::string(kAlice),
                       .sender = std::string(kAlice),
                       .content = {{"membership", "join"}}};
    if (version_.event_ids == EventIds::kChosen) join.event_id = "$" + std::to_string(events_.size()) + ":one";
    EventPosition position{.depth = depth_++, .origin_server_ts = std::exchange(now, now + 1000)};
    position.prev_events.push_back(create);
    position.prev_hashes.push_back(Hash(create));
    if (version_.create_in_auth_events) Cite(create, position);
    state[StateKey{std::string(kRoomMember), std::string(kAlice)}] =
        Put(BuildEvent(version_, std::move(join), position, "one", key_).value());
    SetLevels(state, kAlice, "");
    Set(state, kRoomJoinRules, "", kAlice, R"({"join_rule":"public"})");
    return state;
  }

  // Power levels in which Alice has 100 (or infinite power) and others what `users` says (`"@bob:two":50`).
  std::string SetLevels(StateMap& state, std::string_view sender, std::string_view users, std::string_view more = "") {
    std::string content = R"({"users":{)";
    if (!version_.creators_outrank_everyone) content += R"("@alice:one":100)";
    if (!version_.creators_outrank_everyone && !users.empty()) content += ",";
    content += std::string(users) + "}" + std::string(more) + "}";
    return Set(state, kRoomPowerLevels, "", sender, content);
  }

  // Takes an event in as it is.
  std::string Put(Event event, bool rejected = false) {
    std::string id(event.event_id());
    if (rejected) rejected_.push_back(id);
    events_.insert_or_assign(id, std::move(event));
    return id;
  }
  void Forget(std::string_view id) { events_.erase(events_.find(id)); }
  void Reject(std::string_view id) { rejected_.emplace_back(id); }

  bool Allows(const StateMap& state, std::string_view id) const {
    auto held = [&](std::string_view type, std::string_view key) -> const Event* {
      auto found = state.find(StateKeyView{type, key});
      return found == state.end() ? nullptr : &event(found->second);
    };
    return CheckAuth(version_, event(id), held, [](const Event&, std::string_view) { return true; }).ok();
  }

  CitedEvent Fetch(std::string_view id) const {
    auto found = events_.find(id);
    if (found == events_.end()) return {nullptr, false};
    return {&found->second, std::find(rejected_.begin(), rejected_.end(), id) != rejected_.end()};
  }
  RoomGraph Graph() const {
    return {.fetch = [this](std::string_view id) { return Fetch(id); }};
  }
  absl::StatusOr<Resolution> TryResolve(const std::vector<StateMap>& states,
                                        const ResolutionLimits& limits = {}) const {
    return ResolveState(version_, states, Graph(), limits);
  }
  StateMap Resolve(const std::vector<StateMap>& states) const { return TryResolve(states).value().state; }

 private:
  std::string Hash(std::string_view id) const { return ReferenceHash(event(id).json(), version_).value(); }
  void Cite(const std::string& id, EventPosition& position) const {
    position.auth_events.push_back(id);
    if (version_.event_ids == EventIds::kChosen) position.auth_hashes.push_back(Hash(id));
  }

  const RoomVersion& version_;
  const SigningKey key_ = SigningKey::FromSeed("1", std::string(kEd25519SeedBytes, 's')).value();
  std::string room_id_;
  int64_t depth_ = 1;
  std::map<std::string, Event, std::less<>> events_;
  std::vector<std::string> rejected_;
};

}  // namespace plexus::matrix
