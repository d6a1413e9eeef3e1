// Graphs that no honest server makes, for tests: events of room version 2, which may choose their ids and so may cite
// each other in any way.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/json/canonical.h"
#include "common/json/parse.h"
#include "common/matrix/event.h"
#include "common/matrix/event_types.h"
#include "common/matrix/state_res.h"

namespace plexus::matrix {

struct RawEvent {
  std::vector<std::string> auth_events = {};
  std::string type = "x";
  std::string state_key = "";
  std::string sender = "@alice:one";
  std::string content = "{}";
  int64_t depth = 1;
  int64_t origin_server_ts = 1;
};

class RawGraph {
 public:
  // The id of the event called `name`, whether there is one or not.
  static std::string Id(std::string_view name) { return absl::StrCat("$", name, ":one"); }

  explicit RawGraph(std::string_view version = "2") : version_(*FindRoomVersion(version)) {}

  const RoomVersion& version() const { return version_; }
  size_t size() const { return events_.size(); }

  // Not signed, hashed or authorised. Answers the id.
  std::string Add(std::string_view name, const RawEvent& raw) {
    json::Array auth;
    for (const std::string& id : raw.auth_events) {
      json::Array pair;
      pair.emplace_back(id);
      pair.emplace_back(json::Object());
      auth.emplace_back(std::move(pair));
    }
    json::Object pdu;
    pdu["event_id"] = Id(name);
    pdu["room_id"] = "!room:one";
    pdu["type"] = raw.type;
    pdu["state_key"] = raw.state_key;
    pdu["sender"] = raw.sender;
    pdu["content"] = json::Parse(raw.content).value();
    pdu["depth"] = raw.depth;
    pdu["origin_server_ts"] = raw.origin_server_ts;
    pdu["prev_events"] = json::Array();
    pdu["auth_events"] = std::move(auth);
    pdu["hashes"] = json::Object();
    pdu["signatures"] = json::Object();
    events_.insert_or_assign(Id(name), Event::Parse(std::move(pdu), version_).value());
    return Id(name);
  }

  FetchEvent Fetcher() const {
    return [this](std::string_view id) -> CitedEvent {
      auto found = events_.find(id);
      return {found == events_.end() ? nullptr : &found->second, false};
    };
  }
  absl::StatusOr<Resolution> Resolve(const std::vector<StateMap>& states, const ResolutionLimits& limits = {}) const {
    return ResolveState(version_, states, {.fetch = Fetcher()}, limits);
  }

 private:
  const RoomVersion& version_;
  std::map<std::string, Event, std::less<>> events_;
};

}  // namespace plexus::matrix
