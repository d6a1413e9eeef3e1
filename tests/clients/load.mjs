// Traffic whose every answer is remembered, and what must hold of it afterwards.
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { request, eventually } from "./matrix.mjs";

export async function register(url, username) {
  const body = { username, password: "a long password" };
  const asked = await request(url, "POST", "/_matrix/client/v3/register", { body });
  assert.equal(asked.status, 401, asked.text);
  const auth = { type: "m.login.dummy", session: asked.body.session };
  const done = await request(url, "POST", "/_matrix/client/v3/register", { body: { ...body, auth } });
  assert.equal(done.status, 200, done.text);
  return done.body;
}

/** Reads /sync without end and keeps, for each room, the ids of message events in the order of their coming. */
export class Reader {
  rooms = new Map();
  doubled = [];
  errors = 0;

  constructor(url, token) {
    Object.assign(this, { url, token });
  }

  start() {
    this.running = this.#run();
  }

  async stop() {
    this.stopping = true;
    await this.running;
  }

  has(room, id) {
    return this.rooms.get(room)?.seen.has(id) ?? false;
  }

  async #run() {
    let since = "";
    while (!this.stopping) {
      try {
        const filter = encodeURIComponent(JSON.stringify({ room: { timeline: { limit: 1000 } } }));
        const answer = await request(this.url, "GET", `/_matrix/client/v3/sync?timeout=1000&since=${since}&filter=${filter}`, {
          token: this.token,
        });
        if (answer.status !== 200) throw new Error(answer.text);
        since = answer.body.next_batch;
        for (const [room, news] of Object.entries(answer.body.rooms?.join ?? {})) this.#take(room, news.timeline);
      } catch {
        ++this.errors; // the same `since` is tried again: nothing may be lost by that
        await sleep(50);
      }
    }
  }

  #take(room, timeline) {
    if (!this.rooms.has(room)) this.rooms.set(room, { order: [], seen: new Set(), limited: 0 });
    const known = this.rooms.get(room);
    if (timeline.limited && known.order.length > 0) ++known.limited;
    for (const event of timeline.events) {
      if (event.type !== "m.room.message") continue;
      if (known.seen.has(event.event_id)) this.doubled.push(event.event_id);
      known.seen.add(event.event_id);
      known.order.push(event.event_id);
    }
  }
}

/** One sender in each room, in closed loop. A request is repeated with its transaction id until it is answered 200. */
export class Senders {
  acknowledged = []; // {room, id, txn, ms}
  refused = []; // answers other than 200, in their order
  repeats = new Map(); // transaction id -> ids answered for it

  constructor(url, token, rooms) {
    Object.assign(this, { url, token, rooms });
  }

  start() {
    this.running = Promise.all(this.rooms.map((room, index) => this.#run(room, index)));
  }

  async stop() {
    this.stopping = true;
    await this.running;
  }

  async #run(room, index) {
    for (let i = 0; !this.stopping; ++i) {
      const txn = `t${index}-${i}`;
      const path = `/_matrix/client/v3/rooms/${encodeURIComponent(room)}/send/m.room.message/${txn}`;
      const body = { msgtype: "m.text", body: txn };
      const from = Date.now();
      for (;;) {
        const answer = await request(this.url, "PUT", path, { token: this.token, body }).catch((error) => ({
          status: 0,
          text: String(error),
        }));
        if (answer.status === 200) {
          this.acknowledged.push({ room, id: answer.body.event_id, txn, ms: Date.now() - from, at: Date.now() });
          break;
        }
        this.refused.push({ room, txn, status: answer.status, text: answer.text, at: Date.now() });
        if (this.stopping) return;
        await sleep(20);
      }
      // Now and then a client repeats a request that was answered.
      if (i % 10 === 0) {
        const again = await request(this.url, "PUT", path, { token: this.token, body }).catch(() => null);
        if (again?.status === 200) this.repeats.set(txn, [this.acknowledged.findLast((e) => e.txn === txn).id, again.body.event_id]);
      }
    }
  }
}

const MOST_ROOMS = 100;

/** Users, at least `rooms` rooms and more until `enough()`, a reader who is in all of them, and senders. */
export async function startLoad(plexus, { rooms = 8, enough = () => true } = {}) {
  const url = plexus.urls[0];
  const sender = await register(url, "sender");
  const listener = await register(url, "listener");
  const ids = [];
  for (let i = 0; i < rooms || !enough(); ++i) {
    assert.ok(i < MOST_ROOMS, "enough rooms");
    const body = { preset: "public_chat", name: `room ${i}` };
    const made = await request(url, "POST", "/_matrix/client/v3/createRoom", { token: sender.access_token, body });
    assert.equal(made.status, 200, made.text);
    ids.push(made.body.room_id);
    const joined = await request(url, "POST", `/_matrix/client/v3/join/${encodeURIComponent(made.body.room_id)}`, {
      token: listener.access_token,
      body: {},
    });
    assert.equal(joined.status, 200, joined.text);
  }
  const reader = new Reader(url, listener.access_token);
  const senders = new Senders(url, sender.access_token, ids);
  reader.start();
  senders.start();
  await eventually("the load has begun", () => senders.acknowledged.length > rooms * 2);
  // One more room, which takes no part in the load.
  const makeRoom = () => request(url, "POST", "/_matrix/client/v3/createRoom", { token: sender.access_token, body: {} });
  return { reader, senders, rooms: ids, makeRoom };
}

/** Ends the load and checks everything that was promised. */
export async function finishLoad(plexus, { reader, senders, rooms }) {
  await senders.stop();
  await eventually(
    "the reader has every acknowledged event",
    () => senders.acknowledged.every(({ room, id }) => reader.has(room, id)),
    30_000,
  ).catch(() => {});
  await reader.stop();
  const missing = senders.acknowledged.filter(({ room, id }) => !reader.has(room, id));
  assert.deepEqual(missing, [], "every acknowledged event reached the reader");
  assert.deepEqual(reader.doubled, [], "no event reached the reader twice");
  const ids = senders.acknowledged.map(({ id }) => id);
  assert.equal(new Set(ids).size, ids.length, "no two requests were answered with one event");
  for (const [txn, [first, again]] of senders.repeats) assert.equal(again, first, `repeated ${txn}`);
  for (const room of rooms) {
    const known = reader.rooms.get(room);
    assert.equal(known.limited, 0, "no gap in the reader's timeline");
    const stored = plexus
      .sql(
        `SELECT e.event_id FROM ${schemaOf(plexus)}.event e JOIN ${schemaOf(plexus)}.room r USING (room_nid)
         WHERE r.room_id = '${room}' AND e.type = 'm.room.message' AND e.position IS NOT NULL ORDER BY e.position`,
      )
      .split("\n");
    assert.deepEqual(known.order, stored, "the reader has the order of the log");
  }
  checkStore(plexus);
}

export function schemaOf(plexus) {
  return plexus.sql("SELECT schemaname FROM pg_tables WHERE tablename = 'shard'");
}

/** Invariants of the tables, whatever happened. */
export function checkStore(plexus) {
  const schema = schemaOf(plexus);
  const gaps = plexus.sql(`
    SELECT s.id, s.head, count(p.position), coalesce(max(p.position), 0) FROM ${schema}.shard s
    LEFT JOIN (SELECT (event_nid & 255) AS shard, position FROM ${schema}.event WHERE position IS NOT NULL) p ON p.shard = s.id
    WHERE s.kind = 1 GROUP BY s.id, s.head HAVING count(p.position) <> s.head OR coalesce(max(p.position), 0) <> s.head`);
  assert.equal(gaps, "", "every room shard's log is gapless up to its head (shard|head|entries|last)");
  const dangling = plexus.sql(`
    SELECT count(*) FROM ${schema}.event_edge g LEFT JOIN ${schema}.event e ON e.event_nid = g.parent_nid WHERE e.event_nid IS NULL`);
  assert.equal(dangling, "0", "no event refers to one that does not exist");
  const forks = plexus.sql(`SELECT count(*) FROM (SELECT 1 FROM ${schema}.forward_extremity GROUP BY room_nid HAVING count(*) > 1) f`);
  assert.equal(forks, "0", "local rooms have no forks");
  const bodies = plexus.sql(`
    SELECT count(*) FROM ${schema}.event e LEFT JOIN ${schema}.event_body b USING (event_nid) WHERE b.event_nid IS NULL`);
  assert.equal(bodies, "0", "every event has its body");
}
