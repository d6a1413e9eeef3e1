// The columns that make a StoredEvent, for the statements of this directory.
#pragma once

#include <pqxx/result>
#include <string_view>
#include <vector>

#include "common/storage/readers/stored_event.h"

namespace plexus::storage {

// Of `event e JOIN event_body b JOIN room r`, in the order that ReadEvent takes them.
inline constexpr std::string_view kEventColumns = R"sql(
  e.event_nid, e.room_nid, r.room_id, r.version, e.event_id, coalesce(e.position, 0), e.depth, e.origin_server_ts,
  e.type, e.state_key, e.sender, e.state_chain, e.state_seq, e.outlier, e.soft_failed, e.rejected, e.redacted_by,
  e.redacts_nid, e.replaces_nid, b.json)sql";
inline constexpr int kEventColumnCount = 20;

// Follows `event e` or a join with it.
inline constexpr std::string_view kEventJoins = R"sql(
  JOIN event_body b ON b.event_nid = e.event_nid JOIN room r ON r.room_nid = e.room_nid )sql";

// The event in columns [first, first + kEventColumnCount).
StoredEvent ReadEvent(const pqxx::row& row, int first = 0);
std::vector<StoredEvent> ReadEvents(const pqxx::result& rows);

// The bytes of a text column.
std::string Text(const pqxx::field& field);

}  // namespace plexus::storage
