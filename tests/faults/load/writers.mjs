// What clients do besides sending: a user keeps a number in the account data, and somebody makes rooms.
import { sleep } from "../../topology/wait.mjs";
import { NOTE_TYPE } from "./reader.mjs";

class Writer {
  constructor(client, refusals, pauseMs) {
    Object.assign(this, { client, refusals, pauseMs });
  }

  start() {
    this.running = this.#run();
  }

  async stop() {
    this.stopping = true;
    await this.running;
  }

  async #run() {
    while (!this.stopping) {
      await this.step();
      await sleep(this.pauseMs);
    }
  }
}

/** Writes 1, 2, 3 …, each until it is acknowledged: goes to the owner of the user's shard. */
export class NoteWriter extends Writer {
  acknowledged = 0;
  attempted = 0;

  async step() {
    this.attempted = this.acknowledged + 1;
    const path = `/user/${encodeURIComponent(this.client.userId)}/account_data/${NOTE_TYPE}`;
    const answer = await this.client.request("PUT", path, { number: this.attempted });
    if (answer.status === 200) this.acknowledged = this.attempted;
    else this.refusals.add(`note ${this.attempted}`, answer);
  }
}

/** Makes rooms and remembers those that it was told of. */
export class RoomMaker extends Writer {
  made = [];

  async step() {
    const answer = await this.client.request("POST", "/createRoom", { name: `made ${this.made.length}` });
    if (answer.status === 200) this.made.push(answer.body.room_id);
    else this.refusals.add("createRoom", answer);
  }
}
