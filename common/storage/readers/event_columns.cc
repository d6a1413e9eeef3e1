#include "common/storage/readers/event_columns.h"

namespace plexus::storage {
namespace {

// Takes one column after the other.
class Cursor {
 public:
  Cursor(const pqxx::row& row, int first) : row_(row), next_(first) {}
  int64_t Int() { return Next().as<int64_t>(); }
  bool Bool() { return *Next().c_str() == 't'; }
  std::string Str() { return Text(Next()); }
  std::optional<std::string> OptionalStr() {
    const pqxx::field field = Next();
    if (field.is_null()) return std::nullopt;
    return Text(field);
  }

 private:
  pqxx::field Next() { return row_[next_++]; }
  const pqxx::row& row_;
  int next_;
};

}  // namespace

std::string Text(const pqxx::field& field) { return std::string(field.c_str(), field.size()); }

StoredEvent ReadEvent(const pqxx::row& row, int first) {
  Cursor column(row, first);
  StoredEvent event;
  event.nid = column.Int();
  event.room_nid = column.Int();
  event.room_id = column.Str();
  event.room_version = column.Str();
  event.event_id = column.Str();
  event.position = column.Int();
  event.depth = column.Int();
  event.origin_server_ts = column.Int();
  event.type = column.Str();
  event.state_key = column.OptionalStr();
  event.sender = column.Str();
  event.state_chain = column.Int();
  event.state_seq = column.Int();
  event.outlier = column.Bool();
  event.soft_failed = column.Bool();
  event.rejected = column.OptionalStr();
  event.redacted_by = column.Int();
  event.redacts_nid = column.Int();
  event.replaces_nid = column.Int();
  event.json = column.Str();
  return event;
}

std::vector<StoredEvent> ReadEvents(const pqxx::result& rows) {
  std::vector<StoredEvent> events;
  events.reserve(rows.size());
  for (const pqxx::row& row : rows) events.push_back(ReadEvent(row));
  return events;
}

}  // namespace plexus::storage
