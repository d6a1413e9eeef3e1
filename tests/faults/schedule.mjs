// A schedule is a file of schedules/: a homeserver, a load, faults, and what is expected beyond what always is.
// docs/faults.md explains each key.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { SHAPES } from "../topology/shapes.mjs";
import { KINDS } from "./kinds/kinds.mjs";

const DIRECTORY = path.join(import.meta.dirname, "schedules");
const JITTER = 0.15; // of the time of a fault, either way

const KEYS = {
  schedule: ["about", "quick", "topology", "lease_ms", "load", "faults", "expect", "process", "patience_ms"],
  load: ["rooms", "readers", "per_second", "make_rooms", "seconds"],
  expect: ["refused", "longest_pause_ms", "shards_move"],
  fault: ["do", "at", "after_sends", "when_done", "on", "as", "for"],
  any: ["any_of", "times", "pause"],
};

export class ScheduleError extends Error {}

function fail(name, what) {
  throw new ScheduleError(`${name}: ${what}`);
}

function checkKeys(name, what, object, allowed) {
  for (const key of Object.keys(object)) {
    if (!allowed.includes(key)) fail(name, `${what}: unknown key "${key}"; allowed: ${allowed.join(", ")}`);
  }
}

function checkFault(name, fault, timed) {
  if (fault.any_of) {
    checkKeys(name, "any_of", fault, KEYS.any);
    for (const each of fault.any_of) checkFault(name, each, false);
    return;
  }
  const kind = KINDS[fault.do] ?? fail(name, `no such fault: ${fault.do}; there are: ${Object.keys(KINDS).join(", ")}`);
  checkKeys(name, fault.do, fault, [...KEYS.fault, ...(kind.keys ?? [])]);
  const times = ["at", "after_sends", "when_done"].filter((key) => key in fault);
  if (timed && times.length !== 1) fail(name, `${fault.do}: exactly one of at, after_sends, when_done`);
  if ((kind.on ?? false) !== "on" in fault) fail(name, `${fault.do}: ${kind.on ? "needs" : "takes no"} "on"`);
  if (kind.lasts && !(fault.for > 0)) fail(name, `${fault.do}: needs "for", in seconds`);
  if (!kind.lasts && "for" in fault) fail(name, `${fault.do}: takes no "for"`);
  kind.check?.(fault, (what) => fail(name, `${fault.do}: ${what}`));
}

/** Checks a schedule and fills in what it leaves out. ScheduleError says what is wrong. */
export function parseSchedule(name, text) {
  let read;
  try {
    read = JSON.parse(text);
  } catch (error) {
    fail(name, error.message);
  }
  checkKeys(name, "schedule", read, KEYS.schedule);
  checkKeys(name, "load", read.load ?? {}, KEYS.load);
  checkKeys(name, "expect", read.expect ?? {}, KEYS.expect);
  if (!read.about) fail(name, '"about" says in a sentence what is tried');
  if (!SHAPES[read.topology])
    fail(name, `no such topology: ${read.topology}; there are: ${Object.keys(SHAPES).join(", ")}`);
  if (!(read.faults?.length > 0)) fail(name, "no faults");
  for (const fault of read.faults) checkFault(name, fault, true);
  if (
    SHAPES[read.topology].over === "UNIX" &&
    read.faults.some((fault) => (fault.any_of ?? [fault]).some((each) => "from" in each && each.do))
  ) {
    fail(name, `"from" needs a topology over TCP, where callers can be told apart`);
  }
  const labels = read.faults.map((fault) => fault.as);
  for (const { when_done: label } of read.faults) {
    if (label !== undefined && !labels.includes(label)) fail(name, `when_done: no fault is called "${label}"`);
  }
  const load = { rooms: 8, readers: 1, per_second: 100, make_rooms: false, seconds: 5, ...read.load };
  return {
    quick: false,
    lease_ms: 1500,
    process: {},
    patience_ms: 30_000,
    ...read,
    name,
    load,
    expect: read.expect ?? {},
  };
}

export function readSchedules() {
  const files = readdirSync(DIRECTORY)
    .filter((file) => file.endsWith(".json"))
    .sort();
  return files.map((file) =>
    parseSchedule(path.basename(file, ".json"), readFileSync(path.join(DIRECTORY, file), "utf8")),
  );
}

/** Every fault of a schedule, those of "any_of" included, as written. */
export const allFaults = (schedule) => schedule.faults.flatMap((fault) => fault.any_of ?? [fault]);

/**
 * The faults of one run: those of "any_of" drawn, each to begin a `pause` after `previous` has ended, times shifted a
 * little, and for each a number in `draw` that decides its target. The same for the same random numbers, in whatever
 * order the faults then happen.
 */
export function draw(schedule, random) {
  const drawn = [];
  for (const fault of schedule.faults) {
    if (!fault.any_of) {
      drawn.push({
        ...fault,
        at: fault.at === undefined ? undefined : fault.at * random.between(1 - JITTER, 1 + JITTER),
      });
      continue;
    }
    for (let i = 0; i < fault.times; ++i) {
      const pause = random.between(...fault.pause);
      drawn.push({ ...random.pick(fault.any_of), pause, previous: i > 0 ? drawn.at(-1) : null });
    }
  }
  for (const fault of drawn) fault.draw = random.next();
  return drawn;
}
