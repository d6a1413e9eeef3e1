// Rooms and their aliases.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/storage/readers/source.h"

namespace plexus::storage {

struct StoredRoom {
  int64_t nid = 0;
  std::string room_id;
  int shard = 0;
  std::string version;
  std::string creator;
  bool published = false;
  int64_t created_ts = 0;  // milliseconds
};

// Those that exist, in no order.
absl::StatusOr<std::vector<StoredRoom>> RoomsById(Source source, std::span<const std::string> room_ids);
absl::StatusOr<std::vector<StoredRoom>> RoomsByNid(Source source, std::span<const int64_t> nids);
absl::StatusOr<std::optional<StoredRoom>> FindRoom(Source source, const std::string& room_id);
// Id of the room that the creator's request `creation_id` has made.
absl::StatusOr<std::optional<std::string>> FindCreatedRoom(Source source, const std::string& creator,
                                                           const std::string& creation_id);

struct StoredAlias {
  std::string alias;
  std::string creator;
  int64_t room_nid = 0;
  std::string room_id;
};

absl::StatusOr<std::optional<StoredAlias>> FindAlias(Source source, const std::string& alias);
// Sorted by alias.
absl::StatusOr<std::vector<StoredAlias>> AliasesOf(Source source, int64_t room_nid);

}  // namespace plexus::storage
