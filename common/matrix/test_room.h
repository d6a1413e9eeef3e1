// A room for tests of the rules: events built and signed as a server would, and the state that they make.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "common/json/parse.h"
#include "common/matrix/event.h"
#include "common/matrix/event_auth.h"
#include "common/matrix/event_builder.h"
#include "common/matrix/event_types.h"
#include "common/matrix/ids.h"

namespace plexus::matrix {

class TestRoom {
 public:
  // A room of that version which `creator` has created and nobody has joined.
  explicit TestRoom(std::string_view version, std::string_view create_content = "{}",
                    std::string creator = "@creator:one")
      : version_(*FindRoomVersion(version)), creator_(std::move(creator)) {
    json::Object content = json::ParseObject(create_content).value();
    if (version_.creator_in_content && !content.contains("creator")) content["creator"] = creator_;
    EventTemplate create{.room_id = version_.room_id_is_create_event ? "" : "!room:one",
                         .type = std::string(kRoomCreate),
                         .state_key = "",
                         .sender = creator_,
                         .content = std::move(content),
                         .event_id = NextEventId("one")};
    Accept(BuildEvent(version_, std::move(create), {.depth = 1}, "one", key_).value());
  }

  const RoomVersion& version() const { return version_; }
  const SigningKey& key() const { return key_; }
  const Event& create() const { return state_.at({std::string(kRoomCreate), ""}); }
  std::string room_id() const { return std::string(create().room_id()); }

  // An event of the room after `previous` (some event by default), signed by its sender's server.
  Event Make(std::string_view type, std::optional<std::string> state_key, std::string_view sender,
             std::string_view content, std::string previous = "$previous") const {
    EventTemplate wanted{room_id(),
                         std::string(type),
                         std::move(state_key),
                         std::string(sender),
                         json::ParseObject(content).value(),
                         std::nullopt,
                         NextEventId(ServerName(sender))};
    EventPosition position{{std::move(previous)}, {}, 5, 1'700'000'000'000, {kSomeHash}, {}};
    return BuildEvent(version_, std::move(wanted), position, ServerName(sender), key_).value();
  }

  Event Member(std::string_view sender, std::string_view target, std::string_view membership) const {
    return Make(kRoomMember, std::string(target), sender, R"({"membership":")" + std::string(membership) + R"("})");
  }

  // Makes a state event part of the state, unchecked.
  void Accept(const Event& event) {
    state_.insert_or_assign({std::string(event.type()), std::string(*event.state_key())}, event);
  }
  void SetMember(std::string_view user, std::string_view membership) { Accept(Member(user, user, membership)); }
  void SetState(std::string_view type, std::string_view content, std::string_view state_key = "") {
    Accept(Make(type, std::string(state_key), creator_, content));
  }
  void RemoveState(std::string_view type, std::string_view state_key = "") {
    state_.erase({std::string(type), std::string(state_key)});
  }

  const Event* Find(std::string_view type, std::string_view state_key) const {
    auto found = state_.find({std::string(type), std::string(state_key)});
    return found == state_.end() ? nullptr : &found->second;
  }

  // The verdict of the rules: empty if the room's state allows the event, else the reason.
  std::string Verdict(const Event& event, bool signed_by_authoriser = false) const {
    auto state = [&](std::string_view type, std::string_view state_key) { return Find(type, state_key); };
    auto is_signed_by = [&](const Event&, std::string_view) { return signed_by_authoriser; };
    return std::string(CheckAuth(version_, event, state, is_signed_by).message());
  }

  // A fresh id where events choose theirs, else nothing.
  std::string NextEventId(std::string_view server) const {
    if (version_.event_ids != EventIds::kChosen) return "";
    return "$" + std::to_string(++events_) + ":" + std::string(server);
  }

  // What events cite as the hash of another where they do that.
  inline static const std::string kSomeHash = std::string(32, 'h');

 private:
  const RoomVersion& version_;
  mutable int events_ = 0;
  const SigningKey key_ = SigningKey::FromSeed("1", std::string(kEd25519SeedBytes, 's')).value();
  const std::string creator_;
  std::map<std::pair<std::string, std::string>, Event> state_;
};

}  // namespace plexus::matrix
