#include "services/event_persister/storage/batch_statement.h"

#include <initializer_list>

#include "absl/strings/str_cat.h"
#include "common/storage/fenced_batch.h"
#include "services/event_persister/storage/batch_rows.h"
#include "services/event_persister/storage/batch_sql.h"
#include "services/event_persister/storage/columns.h"

namespace plexus::event_persister {
namespace {

// FencedBatch keeps $1 … $6 for itself.
constexpr int kFirstParameter = 7;

// Puts the parts together, numbering the parameters: '?' in a part stands for the next one.
class Assembly {
 public:
  void Add(std::string_view part, std::initializer_list<storage::Parameter> parameters) {
    for (char c : part) {
      if (c == '?') {
        absl::StrAppend(&statement_.sql, "$", next_++);
      } else {
        statement_.sql.push_back(c);
      }
    }
    statement_.parameters.insert(statement_.parameters.end(), parameters.begin(), parameters.end());
  }
  BatchStatement Finish() && {
    statement_.sql += sql::kFinish;
    return std::move(statement_);
  }

 private:
  BatchStatement statement_{.sql = std::string(storage::kFenceClause)};
  int next_ = kFirstParameter;
};

void AddRooms(const BatchRows& rows, Assembly& assembly) {
  if (rows.rooms.empty()) return;
  Bigints nids, created, chains;
  Texts ids, versions, creators, creations;
  Bools published;
  for (const WriteUnit* unit : rows.rooms) {
    nids.Add(unit->room_nid);
    ids.Add(unit->room_id);
    versions.Add(unit->new_room->version);
    creators.Add(unit->new_room->creator);
    published.Add(unit->new_room->published);
    created.Add(unit->new_room->created_ts);
    chains.Add(unit->new_room->state_chain);
    creations.Add(unit->new_room->creation_id);
  }
  assembly.Add(sql::kRooms, {nids.Take(), ids.Take(), versions.Take(), creators.Take(), published.Take(),
                             created.Take(), chains.Take(), creations.Take()});
}

void AddEvents(const BatchRows& rows, Assembly& assembly) {
  if (rows.events.empty()) return;
  Bigints nids, rooms, positions, depths, times, chains, seqs, redacts, replaces;
  Texts ids, types, senders, bodies;
  NullableTexts state_keys;
  for (const auto& [unit, row] : rows.events) {
    nids.Add(row->nid);
    rooms.Add(unit->room_nid);
    ids.Add(row->event_id);
    positions.Add(row->position);
    depths.Add(row->depth);
    times.Add(row->origin_server_ts);
    types.Add(row->type);
    state_keys.Add(row->state_key);
    senders.Add(row->sender);
    chains.Add(row->state_chain);
    seqs.Add(row->state_seq);
    redacts.Add(row->redacts_nid);
    replaces.Add(row->replaces_nid);
    bodies.Add(row->json);
  }
  assembly.Add(sql::kEvents, {nids.Take(), rooms.Take(), ids.Take(), positions.Take(), depths.Take(), times.Take(),
                              types.Take(), state_keys.Take(), senders.Take(), chains.Take(), seqs.Take(),
                              redacts.Take(), replaces.Take(), bodies.Take()});
}

void AddGraph(const BatchRows& rows, Assembly& assembly) {
  Bigints children, parents, citing, cited, gone_rooms, gone, new_rooms, added;
  for (const auto& [unit, row] : rows.events) {
    for (int64_t parent : row->parents) children.Add(row->nid), parents.Add(parent);
    for (int64_t auth : row->auth) citing.Add(row->nid), cited.Add(auth);
  }
  for (const auto& [room, event] : rows.extremities_gone) gone_rooms.Add(room), gone.Add(event);
  for (const auto& [room, event] : rows.extremities_new) new_rooms.Add(room), added.Add(event);
  if (!parents.values.empty()) assembly.Add(sql::kEdges, {children.Take(), parents.Take()});
  if (!cited.values.empty()) assembly.Add(sql::kAuth, {citing.Take(), cited.Take()});
  if (!gone.values.empty()) assembly.Add(sql::kExtremitiesGone, {gone_rooms.Take(), gone.Take()});
  if (!added.values.empty()) assembly.Add(sql::kExtremitiesNew, {new_rooms.Take(), added.Take()});
}

void AddTransactions(const BatchRows& rows, Assembly& assembly) {
  if (rows.transactions.empty()) return;
  Bigints rooms, events, times;
  Texts users, devices, types, ids;
  for (const auto& [unit, row] : rows.transactions) {
    rooms.Add(unit->room_nid);
    users.Add(row->transaction.user_id);
    devices.Add(row->transaction.device_id);
    types.Add(row->type);
    ids.Add(row->transaction.txn_id);
    events.Add(row->nid);
    times.Add(row->origin_server_ts);
  }
  assembly.Add(sql::kTransactions,
               {rooms.Take(), users.Take(), devices.Take(), types.Take(), ids.Take(), events.Take(), times.Take()});
}

void AddStateHistory(const BatchRows& rows, Assembly& assembly) {
  if (rows.state_events.empty()) return;
  Bigints keys, chains, seqs, events;
  Texts types, state_keys;
  for (const auto& [unit, row] : rows.state_events) {
    keys.Add(row->key_nid);
    chains.Add(row->state_chain);
    seqs.Add(row->state_seq);
    events.Add(row->nid);
    types.Add(row->type);
    state_keys.Add(*row->state_key);
  }
  assembly.Add(sql::kStateHistory,
               {keys.Take(), chains.Take(), seqs.Take(), events.Take(), types.Take(), state_keys.Take()});
}

void AddCurrentState(const BatchRows& rows, Assembly& assembly) {
  if (rows.current_state.empty()) return;
  Bigints rooms, events;
  Texts types, state_keys;
  for (const auto& [key, ref] : rows.current_state) {
    rooms.Add(key.first);
    types.Add(key.second.first);
    state_keys.Add(key.second.second);
    events.Add(ref.row->nid);
  }
  assembly.Add(sql::kCurrentState, {rooms.Take(), types.Take(), state_keys.Take(), events.Take()});
}

void AddMemberships(const BatchRows& rows, Assembly& assembly) {
  if (rows.memberships.empty()) return;
  Bigints rooms, events, positions;
  Texts users, memberships, senders, previous;
  Bools forgotten;
  for (const auto& [key, member] : rows.memberships) {
    users.Add(key.second);
    rooms.Add(key.first);
    memberships.Add(member.event.row->membership);
    events.Add(member.event.row->nid);
    positions.Add(member.event.row->position);
    senders.Add(member.event.row->sender);
    previous.Add(member.event.row->previous_membership);
    forgotten.Add(member.forgotten);
  }
  assembly.Add(sql::kMemberships, {users.Take(), rooms.Take(), memberships.Take(), events.Take(), positions.Take(),
                                   senders.Take(), previous.Take(), forgotten.Take()});
}

void AddRedactions(const BatchRows& rows, Assembly& assembly) {
  if (rows.redactions.empty()) return;
  Bigints targets, redactions;
  Texts bodies;
  for (const auto& [unit, row] : rows.redactions) {
    targets.Add(row->redacts_nid);
    redactions.Add(row->nid);
    bodies.Add(row->redacted_json);
  }
  assembly.Add(sql::kRedactions, {targets.Take(), redactions.Take(), bodies.Take()});
}

void AddReceipts(const BatchRows& rows, Assembly& assembly) {
  if (rows.receipts.empty()) return;
  Bigints rooms, events, times, positions;
  Texts users, types, threads, ids;
  for (const auto& [key, unit] : rows.receipts) {
    rooms.Add(unit->room_nid);
    users.Add(unit->receipt->user_id);
    types.Add(unit->receipt->receipt_type);
    threads.Add(unit->receipt->thread_id);
    ids.Add(unit->receipt->event_id);
    events.Add(unit->receipt->event_nid);
    times.Add(unit->receipt->ts);
    positions.Add(unit->receipt->position);
  }
  assembly.Add(sql::kReceipts, {rooms.Take(), users.Take(), types.Take(), threads.Take(), ids.Take(), events.Take(),
                                times.Take(), positions.Take()});
}

void AddForgets(const BatchRows& rows, Assembly& assembly) {
  if (rows.forgets.empty()) return;
  Bigints rooms, positions, stored_rooms;
  Texts users, stored_users;
  for (const WriteUnit* unit : rows.forgets) {
    rooms.Add(unit->room_nid);
    users.Add(unit->forget->user_id);
    positions.Add(unit->forget->position);
  }
  for (const WriteUnit* unit : rows.forgets_of_stored) {
    stored_rooms.Add(unit->room_nid);
    stored_users.Add(unit->forget->user_id);
  }
  assembly.Add(sql::kForgets, {rooms.Take(), users.Take(), positions.Take(), stored_rooms.Take(), stored_users.Take()});
}

void AddAliases(const BatchRows& rows, Assembly& assembly) {
  Bigints rooms, removed_rooms;
  Texts aliases, creators, removed;
  for (const WriteUnit* unit : rows.new_aliases) {
    aliases.Add(unit->new_alias->alias);
    rooms.Add(unit->room_nid);
    creators.Add(unit->new_alias->creator);
  }
  for (const WriteUnit* unit : rows.removed_aliases)
    removed.Add(unit->removed_alias), removed_rooms.Add(unit->room_nid);
  if (!aliases.values.empty()) assembly.Add(sql::kNewAliases, {aliases.Take(), rooms.Take(), creators.Take()});
  if (!removed.values.empty()) assembly.Add(sql::kRemovedAliases, {removed.Take(), removed_rooms.Take()});
}

void AddVisibility(const BatchRows& rows, Assembly& assembly) {
  if (rows.visibility.empty()) return;
  Bigints rooms;
  Bools published;
  for (const auto& [room, value] : rows.visibility) rooms.Add(room), published.Add(value);
  assembly.Add(sql::kVisibility, {rooms.Take(), published.Take()});
}

}  // namespace

BatchStatement MakeBatchStatement(std::span<const UnitPtr> units) {
  const BatchRows rows(units);
  Assembly assembly;
  AddRooms(rows, assembly);
  AddEvents(rows, assembly);
  AddGraph(rows, assembly);
  AddTransactions(rows, assembly);
  AddStateHistory(rows, assembly);
  AddCurrentState(rows, assembly);
  AddMemberships(rows, assembly);
  AddRedactions(rows, assembly);
  AddReceipts(rows, assembly);
  AddForgets(rows, assembly);
  AddAliases(rows, assembly);
  AddVisibility(rows, assembly);
  return std::move(assembly).Finish();
}

}  // namespace plexus::event_persister
