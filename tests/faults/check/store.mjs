// What the tables hold, and what must be true of them whatever happened.

/** room -> [{id, txn}]: the message events of each room in the order of the log. */
export async function readStored(plexus) {
  const schema = await plexus.schema();
  const rows = await plexus.sql(`
    SELECT r.room_id, e.event_id, b.json::json->'content'->>'body' FROM ${schema}.event e
    JOIN ${schema}.room r USING (room_nid) JOIN ${schema}.event_body b USING (event_nid)
    WHERE e.type = 'm.room.message' AND e.position IS NOT NULL ORDER BY e.event_nid & 255, e.position`);
  const stored = new Map();
  for (const row of rows.split("\n").filter(Boolean)) {
    const [room, id, txn] = row.split("|");
    if (!stored.has(room)) stored.set(room, []);
    stored.get(room).push({ id, txn });
  }
  return stored;
}

// Each answers nothing if all is well.
const INVARIANTS = {
  "a room shard's log has gaps or does not end at its head (shard, head, entries, last)": (schema) => `
    SELECT s.id, s.head, count(p.position), coalesce(max(p.position), 0) FROM ${schema}.shard s
    LEFT JOIN (
      SELECT (event_nid & 255) AS shard, position FROM ${schema}.event WHERE position IS NOT NULL
      UNION ALL SELECT shard, position FROM ${schema}.room_forget
    ) p ON p.shard = s.id
    WHERE s.kind = 1 GROUP BY s.id, s.head HAVING count(p.position) <> s.head OR coalesce(max(p.position), 0) <> s.head`,
  "a user shard's log goes beyond its head (shard, head, position)": (schema) => `
    SELECT s.id, s.head, a.position FROM ${schema}.shard s JOIN ${schema}.account_data a ON a.shard = s.id
    WHERE s.kind = 2 AND a.position > s.head LIMIT 5`,
  "a shard deals out numbers that are in use (shard, next, used)": (schema) => `
    SELECT s.id, s.next_nid, max(e.event_nid >> 8) FROM ${schema}.shard s
    JOIN ${schema}.event e ON (e.event_nid & 255) = s.id
    WHERE s.kind = 1 GROUP BY s.id, s.next_nid HAVING max(e.event_nid >> 8) >= s.next_nid`,
  "an event refers to one that does not exist": (schema) => `
    SELECT g.event_nid FROM ${schema}.event_edge g
    LEFT JOIN ${schema}.event e ON e.event_nid = g.parent_nid WHERE e.event_nid IS NULL LIMIT 5`,
  "a local room has a fork": (schema) =>
    `SELECT room_nid, count(*) FROM ${schema}.forward_extremity GROUP BY room_nid HAVING count(*) > 1`,
  "an event has no body": (schema) => `
    SELECT e.event_nid FROM ${schema}.event e
    LEFT JOIN ${schema}.event_body b USING (event_nid) WHERE b.event_nid IS NULL LIMIT 5`,
  "a transaction id belongs to an event that does not exist": (schema) => `
    SELECT t.txn_id FROM ${schema}.client_transaction t
    LEFT JOIN ${schema}.event e USING (event_nid) WHERE e.event_nid IS NULL LIMIT 5`,
  "a room has no creation": (schema) => `
    SELECT room_id FROM ${schema}.room r WHERE NOT EXISTS (
      SELECT 1 FROM ${schema}.current_state c WHERE c.room_nid = r.room_nid AND c.type = 'm.room.create') LIMIT 5`,
};

/** What does not hold, a line each. `made`: ids of rooms whose creation was acknowledged. */
export async function storeProblems(plexus, made = []) {
  const schema = await plexus.schema();
  const problems = [];
  for (const [what, query] of Object.entries(INVARIANTS)) {
    const rows = await plexus.sql(query(schema));
    if (rows !== "") problems.push(`${what}: ${rows.split("\n").slice(0, 5).join("; ")}`);
  }
  const rooms = new Set((await plexus.sql(`SELECT room_id FROM ${schema}.room`)).split("\n"));
  for (const room of made)
    if (!rooms.has(room)) problems.push(`the creation of ${room} was acknowledged, it is not stored`);
  return problems;
}
