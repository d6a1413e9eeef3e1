// The checker finds what it is there to find.
import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { deliveryProblems } from "./check/delivery.mjs";
import { Reader } from "./load/reader.mjs";

const ROOM = "!room";

/** A run in which three messages were sent, stored and read: nothing is wrong with it. */
function goodRun() {
  const stored = new Map([[ROOM, [1, 2, 3].map((i) => ({ id: `$${i}`, txn: `t${i}` }))]]);
  const readers = [new Reader(null, null)];
  const fresh = [new Reader(null, null)];
  for (const each of [...readers, ...fresh]) give(each, ["$1", "$2", "$3"]);
  readers[0].notes = [1, 2];
  fresh[0].notes = [2];
  const acknowledged = stored.get(ROOM).map(({ id, txn }) => ({ room: ROOM, id, txn }));
  const senders = { acknowledged, repeats: [{ txn: "t1", first: "$1", again: "$1" }] };
  return { senders, rooms: [ROOM], readers, fresh, notes: [{ acknowledged: 2, attempted: 3 }], stored };
}

function give(reader, ids, limited = false) {
  const events = ids.map((id) => ({ type: "m.room.message", event_id: id }));
  reader.take({ rooms: { join: { [ROOM]: { timeline: { events, limited } } } } });
}

const withReader = (run, ids) => {
  run.readers[0] = Object.assign(new Reader(null, null), { notes: [1, 2] });
  give(run.readers[0], ids);
};

const MISTAKES = {
  "an acknowledged event that is not stored": [(run) => run.stored.get(ROOM).pop(), /acknowledged, not stored: 1: t3/],
  "one transaction id stored as two events": [
    (run) => {
      run.stored.get(ROOM).push({ id: "$4", txn: "t3" });
      give(run.readers[0], ["$4"]);
      give(run.fresh[0], ["$4"]);
    },
    /stored twice for one transaction id: 1: t3/,
  ],
  "two requests answered with one event": [
    (run) => (run.senders.acknowledged[2].id = "$2"),
    /answered to two requests: 1: \$2/,
  ],
  "a repeated request answered with another event": [
    (run) => (run.senders.repeats[0].again = "$9"),
    /another id when repeated: 1: t1/,
  ],
  "the log in another order than that of the sender": [
    (run) => {
      run.stored.get(ROOM).reverse();
      withReader(run, ["$3", "$2", "$1"]);
      run.fresh[0] = Object.assign(new Reader(null, null), { notes: [2] });
      give(run.fresh[0], ["$3", "$2", "$1"]);
    },
    /sent later, stored earlier/,
  ],
  "a reader that missed an event": [(run) => withReader(run, ["$1", "$3"]), /reader 0 in !room lacks: 1: \$2/],
  "a reader that was given one twice": [(run) => give(run.readers[0], ["$3"]), /reader 0 was given twice: 1: \$3/],
  "a reader with another order": [(run) => withReader(run, ["$2", "$1", "$3"]), /differs from the log's order at 0/],
  "a reader with what nobody stored": [(run) => give(run.readers[0], ["$4"]), /has what is not stored: 1: \$4/],
  "a gap in a timeline": [(run) => give(run.readers[0], [], true), /reader 0 has 1 gaps/],
  "a client that signs in and misses the newest": [
    (run) => {
      run.fresh[0] = Object.assign(new Reader(null, null), { notes: [2] });
      give(run.fresh[0], ["$1", "$2"]);
    },
    /reader 0, afresh, in !room lacks: 1: \$3/,
  ],
  "a note that was lost": [(run) => (run.fresh[0].notes = [1]), /the note is 1 afresh, 2 was acknowledged/],
  "a note that nobody wrote": [(run) => run.readers[0].notes.push(4), /the note is 4 by sync/],
  "a note that went back": [(run) => (run.readers[0].notes = [2, 1, 2]), /the note went back from 2 to 1/],
};

describe("the checker of what was delivered", () => {
  let run;
  beforeEach(() => (run = goodRun()));

  test("has nothing to say of a good run", () => assert.deepEqual(deliveryProblems(run), []));
  test("does not ask for what was never acknowledged to be stored", () => {
    run.senders.acknowledged.pop();
    assert.deepEqual(deliveryProblems(run), []);
  });
  for (const [what, [spoil, pattern]] of Object.entries(MISTAKES)) {
    test(`finds ${what}`, () => {
      spoil(run);
      assert.match(deliveryProblems(run).join("\n"), pattern);
    });
  }
});
