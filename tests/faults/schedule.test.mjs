// Schedules are read strictly, and drawn from the seed alone.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { BOUNDS, resourceProblems } from "./check/resources.mjs";
import { Random } from "./random.mjs";
import { draw, parseSchedule, readSchedules } from "./schedule.mjs";

const GOOD = {
  about: "a sentence",
  topology: "two persisters over UNIX sockets",
  faults: [{ at: 1, do: "kill", on: { role: "sync" } }],
};
const parse = (changes) => parseSchedule("it", JSON.stringify({ ...GOOD, ...changes }));

describe("a schedule", () => {
  test("gets what it leaves out", () => assert.equal(parse({}).load.rooms, 8));

  const WRONG = {
    "an unknown key": [{ fault: [] }, /unknown key "fault"/],
    "an unknown key of the load": [{ load: { room: 1 } }, /load: unknown key "room"/],
    "an unknown fault": [{ faults: [{ at: 1, do: "explode" }] }, /no such fault: explode/],
    "a fault without a time": [{ faults: [{ do: "redis_flush" }] }, /exactly one of at/],
    "a fault with two times": [{ faults: [{ at: 1, after_sends: 1, do: "redis_flush" }] }, /exactly one of at/],
    "a fault that strikes nobody": [{ faults: [{ at: 1, do: "kill" }] }, /needs "on"/],
    "a fault that lasts for ever": [{ faults: [{ at: 1, do: "redis_stall" }] }, /needs "for"/],
    "an unknown topology": [{ topology: "three" }, /no such topology: three/],
    "no faults": [{ faults: [] }, /no faults/],
    "callers told apart on UNIX sockets": [
      { faults: [{ at: 1, do: "cut", for: 1, on: { role: "sync" }, from: { role: "gateway" } }] },
      /needs a topology over TCP/,
    ],
    "a wait for a fault that does not exist": [
      { faults: [{ when_done: "x", do: "redis_flush" }] },
      /no fault is called "x"/,
    ],
  };
  for (const [what, [changes, pattern]] of Object.entries(WRONG)) {
    test(`is refused with ${what}`, () => assert.throws(() => parse(changes), pattern));
  }

  test("that is not JSON is refused", () => assert.throws(() => parseSchedule("it", "{"), /^Error: it: |it: /));

  test("is drawn the same by the same seed, and otherwise by another", () => {
    const any = [{ do: "redis_flush" }, { do: "kill", on: { role: "sync" } }, { do: "postgres_terminate" }];
    const schedule = parse({ faults: [{ any_of: any, times: 8, pause: [0.5, 1] }] });
    const plain = ({ do: kind, pause, draw: number }) => ({ kind, pause, number });
    const drawn = (seed) => JSON.stringify(draw(schedule, new Random(seed)).map(plain));
    assert.equal(drawn(1), drawn(1));
    assert.notEqual(drawn(1), drawn(2));
    assert.equal(draw(schedule, new Random(1)).length, 8);
  });
});

describe("the schedules of this directory", () => {
  const all = readSchedules();
  test("are at least 40, of them 15 quick", () => {
    assert.ok(all.length >= 40, `${all.length}`);
    assert.ok(all.filter((each) => each.quick).length >= 15);
  });
});

describe("what a process takes", () => {
  const usage = { pid: 1, rssBytes: 100 << 20, descriptors: 20, threads: 10 };
  const check = (changes) => resourceProblems(new Map([["it", usage]]), new Map([["it", { ...usage, ...changes }]]));
  test("may stay as it was", () => assert.deepEqual(check({}), []));
  test("may not grow beyond its bounds", () => {
    assert.match(
      check({ rssBytes: 100 * BOUNDS.rssFactor * (1 << 20) + BOUNDS.rssBytes + 1 })[0],
      /it has 246 MB, 100 MB before/,
    );
    assert.match(check({ descriptors: 20 + BOUNDS.descriptors + 1 })[0], /descriptors/);
    assert.match(check({ threads: 10 + BOUNDS.threads + 1 })[0], /threads/);
  });
  test("is another matter once it was started anew", () => assert.deepEqual(check({ pid: 2, rssBytes: 1e12 }), []));
});
