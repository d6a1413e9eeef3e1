// One run of a schedule: starts what it describes, lets the faults happen under load, and checks.
import { randomBytes } from "node:crypto";
import { PrivateRedis } from "../topology/redis.mjs";
import { Topology } from "../topology/topology.mjs";
import { Volume } from "../topology/volume.mjs";
import { eventually, sleep } from "../topology/wait.mjs";
import { deadInTables, epochs, leftBehind, owners } from "./check/leases.mjs";
import { measure, openTransactions, resourceProblems } from "./check/resources.mjs";
import { makeClock } from "./kinds/clock.mjs";
import { KINDS } from "./kinds/kinds.mjs";
import { startLoad } from "./load/load.mjs";
import { Random } from "./random.mjs";
import { allFaults, draw } from "./schedule.mjs";
import { choose } from "./targets.mjs";

const SETTLE_MS = 1000; // load after the last fault
const LEASES_SETTLE = 6; // lease times until the tables know who is dead

/** What a machine cannot do, for whoever reads the summary. */
export class Skipped extends Error {}

// AddressSanitizer keeps what was freed: without a bound that looks like a leak.
const SANITIZER = { ASAN_OPTIONS: "quarantine_size_mb=8:thread_local_quarantine_size_kb=64" };

class Run {
  labels = new Map(); // what "as" calls processes
  ends = new Map(); // fault -> promise of its end
  clocks = new Map();
  events = []; // {at, text}

  constructor(schedule, seed, postgres, say) {
    Object.assign(this, { schedule, postgres, say, random: new Random(`${seed}/${schedule.name}`) });
    this.faults = draw(schedule, this.random);
  }

  note(text) {
    const at = ((Date.now() - (this.began ?? Date.now())) / 1000).toFixed(2);
    this.events.push({ at, text });
    this.say(`  ${at.padStart(6)} s  ${text}`);
  }

  async prepare() {
    const kinds = allFaults(this.schedule).map((fault) => ({ fault, kind: KINDS[fault.do] }));
    const links = new Set(kinds.map(({ fault, kind }) => kind.link?.(fault)).filter(Boolean));
    const megabytes = Math.max(0, ...kinds.map(({ kind }) => kind.volume ?? 0));
    this.redis = await PrivateRedis.start();
    if (megabytes > 0) await this.#mount(megabytes);
    const clocks = kinds.some(({ kind }) => kind.clocks);
    this.plexus = await Topology.start(this.schedule.topology, {
      leaseTtlMs: this.schedule.lease_ms,
      redisSocket: this.redis.socket,
      postgresUri: this.postgres.uri,
      tablespace: this.tablespace,
      proxied: Object.fromEntries([...links].map((link) => [link, true])),
      processKeys: this.schedule.process,
      env: { ...SANITIZER, ...(clocks ? { PLEXUS_FAULTS: "" } : {}) },
      argsOf: (name, directory) => (clocks ? [`--fault-clock=${makeClock(directory, name)}`] : []),
    });
  }

  async #mount(megabytes) {
    try {
      this.volume = Volume.mount(megabytes, this.postgres.owner());
    } catch (error) {
      throw new Skipped(error.message);
    }
    this.tablespace = `small_${randomBytes(4).toString("hex")}`;
    await this.postgres.sql(`CREATE TABLESPACE ${this.tablespace} LOCATION '${this.volume.directory}'`);
  }

  async underLoad() {
    const { rooms, readers, per_second: perSecond, make_rooms: makeRooms, seconds } = this.schedule.load;
    // An owner takes shards when it is first called: where the rooms fall decides when that is.
    const persisters = this.plexus.withRole("event_persister");
    const enough = async () => {
      const owning = await owners(this.plexus, "rooms");
      return persisters.every((each) => owning.has(each.name));
    };
    this.load = await startLoad(this.plexus, { rooms, readers, perSecond, makeRooms, enough });
    this.before = { usage: measure(this.plexus.processes), epochs: await epochs(this.plexus) };
    this.began = Date.now();
    for (const fault of this.faults) this.ends.set(fault, Promise.withResolvers());
    const end = sleep(seconds * 1000);
    await Promise.all(this.faults.map((fault) => this.#happen(fault)));
    this.ended = Date.now();
    await Promise.all([end, sleep(SETTLE_MS)]);
  }

  async #trigger({ at, after_sends: sends, when_done: label, previous, pause }) {
    const before = label ? this.faults.find((each) => each.as === label) : previous;
    if (before) await this.ends.get(before).promise;
    if (pause !== undefined) await sleep(pause * 1000);
    else if (label) return;
    else if (sends !== undefined)
      await eventually(`${sends} acknowledged sends`, () => this.load.acknowledged.length >= sends);
    else await sleep(at * 1000);
  }

  async #happen(fault) {
    const kind = KINDS[fault.do];
    await this.#trigger(fault);
    const targets = kind.on ? await choose(this, fault.on, fault.draw) : [null];
    if (fault.as && kind.on) this.labels.set(fault.as, targets);
    const begun = await Promise.all(targets.map((target) => kind.begin(this, fault, target)));
    for (const { happened } of begun) this.note(`${fault.do}: ${happened}`);
    if (kind.lasts) {
      await sleep(fault.for * 1000);
      const proofs = await Promise.all(begun.map(({ end }) => end()));
      for (const proof of proofs.filter(Boolean)) this.note(`${fault.do} over: ${proof}`);
      if (!proofs.some(Boolean)) throw new Error(`${fault.do}: it struck nobody`);
    }
    this.ends.get(fault).resolve();
  }

  /** A line for each thing that should hold and does not. */
  async check() {
    const problems = [];
    const stuck = () =>
      this.load.rooms.filter(
        (room) => !this.load.acknowledged.some((each) => each.room === room && each.at > this.ended),
      );
    await eventually("every room can be sent to", () => stuck().length === 0, this.schedule.patience_ms).catch(() => {
      problems.push(`no message was accepted after the faults in ${stuck().join(" ")}`);
    });
    problems.push(...(await this.load.finish()));
    problems.push(...(await this.#settled(() => deadInTables(this.plexus))));
    problems.push(...(await this.#settled(() => openTransactions(this.plexus))));
    problems.push(...resourceProblems(this.before.usage, measure(this.plexus.processes)));
    problems.push(...(await this.#expected()));
    return problems;
  }

  // What passes by itself is given the time; what stays is a problem.
  async #settled(problemsNow) {
    let last = [];
    const none = async () => (last = await problemsNow()).length === 0;
    await eventually("", none, LEASES_SETTLE * this.schedule.lease_ms).catch(() => {});
    return last;
  }

  async #expected() {
    const { refused = "any", longest_pause_ms: most, shards_move: moves } = this.schedule.expect;
    const problems = [];
    const all = this.load.refusals.all;
    if (refused !== "any" && all.length > (refused === "none" ? 0 : refused)) {
      const first = all
        .slice(0, 5)
        .map(({ what, status, text, at }) => `${what} at ${(at - this.began) / 1000} s: ${status} ${text}`);
      problems.push(`${all.length} requests were refused: ${first.join("; ")}`);
    }
    const pause = this.load.senders.longestPause();
    this.note(`longest pause of a room ${pause} ms, ${this.load.acknowledged.length} sends, ${all.length} refusals`);
    if (most !== undefined && pause > most) problems.push(`a room paused for ${pause} ms, allowed ${most}`);
    const grown = (await epochs(this.plexus)) - this.before.epochs;
    if (moves === true && grown === 0) problems.push("no shard changed hands");
    if (moves === false && grown > 0) problems.push(`shards changed hands, epochs grew by ${grown}`);
    return problems;
  }

  /** Ends everything, however far it came. Answers problems of the end itself, if `checked`. */
  async stop({ checked, keep }) {
    const problems = [];
    const attempt = async (step) => {
      try {
        problems.push(...((await step()) ?? []));
      } catch (error) {
        problems.push(error.message);
      }
    };
    await attempt(() => this.load?.stop().then(() => {}));
    if (this.plexus) {
      await attempt(() => this.plexus.stopProcesses());
      if (checked) await attempt(() => leftBehind(this.plexus));
      await attempt(() => this.plexus.stop({ keep: keep || problems.length > 0 }));
    }
    if (this.volume) {
      await attempt(() => this.postgres.sql(`DROP TABLESPACE IF EXISTS ${this.tablespace}`).then(() => {}));
      await attempt(() => this.volume.unmount());
    }
    await attempt(() => this.redis?.stop());
    return problems;
  }
}

const underWay = new Set();

/** Ends whatever runs, for who has to go at once. */
export async function abandonAll() {
  for (const run of underWay) await run.stop({ checked: false, keep: false });
}

/**
 * Runs a schedule. Answers {outcome: "passed" | "failed" | "skipped", problems, events, directory}: the directory holds
 * the configurations and logs of the processes of a run that failed.
 */
export async function runSchedule(schedule, seed, postgres, say = () => {}) {
  const run = new Run(schedule, seed, postgres, say);
  let problems = [];
  let outcome = null;
  underWay.add(run);
  try {
    await run.prepare();
    await run.underLoad();
    problems = await run.check();
  } catch (error) {
    problems.push(error.stack);
    if (error instanceof Skipped) outcome = "skipped";
  }
  const failed = problems.length > 0;
  underWay.delete(run);
  problems.push(...(await run.stop({ checked: !failed, keep: failed })));
  outcome ??= problems.length > 0 ? "failed" : "passed";
  return { outcome, problems, events: run.events, directory: run.plexus?.directory };
}
