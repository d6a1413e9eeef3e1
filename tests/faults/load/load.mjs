// Traffic whose every answer is remembered, and what must hold of it afterwards.
import assert from "node:assert/strict";
import { eventually } from "../../topology/wait.mjs";
import { deliveryProblems } from "../check/delivery.mjs";
import { readStored, storeProblems } from "../check/store.mjs";
import { Client, Refusals, register } from "./client.mjs";
import { Reader, readAfresh } from "./reader.mjs";
import { Senders } from "./senders.mjs";
import { NoteWriter, RoomMaker } from "./writers.mjs";

const MOST_ROOMS = 100;
const AT_ONCE = 4; // rooms in the making
const CATCH_UP_MS = 30_000;

export class Load {
  refusals = new Refusals();
  rooms = [];
  readers = [];
  writers = [];

  constructor(plexus) {
    this.plexus = plexus;
  }

  get acknowledged() {
    return this.senders.acknowledged;
  }

  async #makeRoom(listeners) {
    const made = await this.owner.expect("POST", "/createRoom", {
      preset: "public_chat",
      name: `room ${this.rooms.length}`,
    });
    for (const each of listeners) await each.expect("POST", `/join/${encodeURIComponent(made.room_id)}`, {});
    this.rooms.push(made.room_id);
  }

  async prepare({ rooms, readers, perSecond, makeRooms, enough }) {
    const user = async (name, way) => new Client(this.plexus.urls, await register(this.plexus.urls[0], name), way);
    this.owner = await user("sender", 0);
    const listeners = [];
    for (let i = 0; i < readers; ++i) listeners.push(await user(`listener${i}`, i + 1));
    while (this.rooms.length < rooms || !(await enough())) {
      assert.ok(this.rooms.length < MOST_ROOMS, "enough rooms");
      const more = Math.max(1, Math.min(AT_ONCE, rooms - this.rooms.length));
      await Promise.all(Array.from({ length: more }, () => this.#makeRoom(listeners)));
    }
    this.senders = new Senders(this.owner, this.rooms, this.refusals, perSecond);
    this.readers = listeners.map((each) => new Reader(each, this.refusals));
    this.notes = listeners.map((each) => new NoteWriter(each, this.refusals, 200));
    this.maker = new RoomMaker(this.owner, this.refusals, 1000);
    this.writers = [this.senders, ...this.notes, ...(makeRooms ? [this.maker] : [])];
  }

  start() {
    for (const each of [...this.readers, ...this.writers]) each.start();
  }

  async stopWriters() {
    await Promise.all(this.writers.map((each) => each.stop()));
  }

  async stop() {
    await this.stopWriters();
    await Promise.all(this.readers.map((each) => each.stop()));
  }

  /** Ends it, and answers what was promised and not kept, a line each. */
  async finish() {
    await this.stopWriters();
    const stored = await readStored(this.plexus);
    const caughtUp = (reader) =>
      this.rooms.every((room) => (reader.rooms.get(room)?.order.length ?? 0) >= (stored.get(room)?.length ?? 0));
    const noted = (reader, i) => (reader.notes.at(-1) ?? 0) >= this.notes[i].acknowledged;
    const complete = () => this.readers.every((reader, i) => caughtUp(reader) && noted(reader, i));
    await eventually("every reader is up to date", complete, CATCH_UP_MS).catch(() => {});
    await this.stop();
    const fresh = await Promise.all(this.readers.map((each) => readAfresh(each.client)));
    return [
      ...deliveryProblems({ ...this, stored, fresh }),
      ...(await storeProblems(this.plexus, this.maker.made)),
      ...this.refusals.mistakes().map(({ what, status, text }) => `${what} was answered ${status}: ${text}`),
    ];
  }
}

/** A load that has begun: every room has been sent to, and every reader hears of it. */
export async function startLoad(
  plexus,
  { rooms = 8, readers = 1, perSecond = 0, makeRooms = false, enough = () => true } = {},
) {
  const load = new Load(plexus);
  await load.prepare({ rooms, readers, perSecond, makeRooms, enough });
  load.start();
  await eventually("the load has begun", () => {
    const heard = (room) => load.readers.every((reader) => (reader.rooms.get(room)?.order.length ?? 0) > 0);
    return load.rooms.every(heard);
  });
  return load;
}

/** Ends the load and throws unless everything that was promised holds. */
export async function finishLoad(plexus, load) {
  assert.deepEqual(await load.finish(), []);
}
