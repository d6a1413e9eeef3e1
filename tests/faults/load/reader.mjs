// Reads /sync without end and keeps, for each room, the ids of message events in the order of their coming.
import { sleep } from "../../topology/wait.mjs";

const POLL_MS = 1000;
const PAUSE_MS = 50; // after a failure
const FILTER = encodeURIComponent(JSON.stringify({ room: { timeline: { limit: 1000 } } }));

export const NOTE_TYPE = "test.note";

export class Reader {
  rooms = new Map(); // room -> {order, seen, limited}
  doubled = [];
  notes = []; // numbers of the account data that its user writes, in the order of their coming

  constructor(client, refusals) {
    Object.assign(this, { client, refusals });
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
      const answer = await this.client.request("GET", `/sync?timeout=${POLL_MS}&filter=${FILTER}${since}`);
      if (answer.status !== 200) {
        this.refusals.add(`sync of ${this.client.userId}`, answer);
        await sleep(PAUSE_MS); // the same `since` is tried again: nothing may be lost by that
        continue;
      }
      since = `&since=${encodeURIComponent(answer.body.next_batch)}`;
      this.take(answer.body);
    }
  }

  /** An answer to /sync. */
  take(body) {
    for (const [room, news] of Object.entries(body.rooms?.join ?? {})) this.#takeRoom(room, news.timeline);
    for (const { type, content } of body.account_data?.events ?? []) {
      if (type === NOTE_TYPE) this.notes.push(content.number);
    }
  }

  #takeRoom(room, timeline) {
    if (!timeline) return;
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

/** What a client that has just signed in is given. */
export async function readAfresh(client) {
  const reader = new Reader(client, null);
  reader.take(await client.expect("GET", `/sync?filter=${FILTER}`));
  return reader;
}
