// One sender in each room. A request is repeated with its transaction id until it is answered 200.
import { sleep } from "../../topology/wait.mjs";

const REPEAT_EVERY = 10; // now and then a client repeats what has been answered
const PAUSE_MS = 20; // before a request that failed is repeated

export class Senders {
  acknowledged = []; // {room, id, txn, ms, at}
  repeats = []; // {txn, first, again}: ids answered for one transaction id
  unanswered = new Set(); // transaction ids in flight, or given up at the end: stored or not

  /** `perSecond` for all rooms together; 0 is a closed loop: the next send follows the answer to the last. */
  constructor(client, rooms, refusals, perSecond = 0) {
    Object.assign(this, { client, rooms, refusals });
    this.pauseMs = perSecond > 0 ? (1000 * rooms.length) / perSecond : 0;
  }

  start() {
    this.running = Promise.all(this.rooms.map((room, index) => this.#run(room, index)));
  }

  async stop() {
    this.stopping = true;
    await this.running;
  }

  async #run(room, index) {
    let due = Date.now() + (this.pauseMs * index) / this.rooms.length;
    for (let i = 0; !this.stopping; ++i) {
      if (this.pauseMs > 0) await sleep(Math.max(0, due - Date.now()));
      due = Math.max(due + this.pauseMs, Date.now());
      const txn = `t${index}-${i}`;
      const id = await this.#send(room, txn);
      if (id && i % REPEAT_EVERY === 0) await this.#repeat(room, txn, id);
    }
  }

  #put(room, txn) {
    const path = `/rooms/${encodeURIComponent(room)}/send/m.room.message/${txn}`;
    return this.client.request("PUT", path, { msgtype: "m.text", body: txn });
  }

  async #send(room, txn) {
    const from = Date.now();
    this.unanswered.add(txn);
    for (;;) {
      const answer = await this.#put(room, txn);
      if (answer.status === 200) {
        this.unanswered.delete(txn);
        this.acknowledged.push({ room, id: answer.body.event_id, txn, ms: Date.now() - from, at: Date.now() });
        return answer.body.event_id;
      }
      this.refusals.add(`send ${txn}`, answer);
      if (this.stopping) return null;
      await sleep(PAUSE_MS);
    }
  }

  async #repeat(room, txn, first) {
    const answer = await this.#put(room, txn);
    if (answer.status === 200) this.repeats.push({ txn, first, again: answer.body.event_id });
    else this.refusals.add(`repeat ${txn}`, answer);
  }

  /** The longest time that a room was without an acknowledged send since `from`, in milliseconds. */
  longestPause(from = 0) {
    const pauses = this.rooms.map((room) => {
      const times = this.acknowledged.filter((each) => each.room === room && each.at >= from).map(({ at }) => at);
      return Math.max(0, ...times.slice(1).map((at, i) => at - times[i]));
    });
    return Math.max(...pauses);
  }
}
