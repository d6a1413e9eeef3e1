// Processes join, leave, die and stall under load, and Redis is taken away: nothing acknowledged is lost or doubled.
import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Topology, TWO_PERSISTERS } from "./topology.mjs";
import { eventually } from "./matrix.mjs";
import { PrivateRedis } from "./redis.mjs";
import { finishLoad, schemaOf, startLoad } from "./load.mjs";

const LEASE_TTL_MS = 1500;

const ownersOf = (plexus) =>
  new Set(plexus.sql(`SELECT DISTINCT owner FROM ${schemaOf(plexus)}.shard WHERE kind = 1 AND owner IS NOT NULL`).split("\n"));
const owns = (plexus, name) => [...ownersOf(plexus)].some((owner) => owner.startsWith(name));

describe("two owners of rooms, under load", () => {
  let plexus, load;

  beforeEach(async () => {
    plexus = await Topology.start(TWO_PERSISTERS, { leaseTtlMs: LEASE_TTL_MS });
    // An owner takes shards when it is first called: where the rooms fall decides when that is.
    const enough = () => plexus.withRole("event_persister").every((each) => owns(plexus, each.name));
    load = await startLoad(plexus, { rooms: 12, enough });
  });
  afterEach(async () => {
    await load?.senders.stop().catch(() => {});
    await load?.reader.stop().catch(() => {});
    await plexus?.stop();
  });

  test("a third joins and the first leaves without a failed request", async () => {
    const third = await plexus.add("event_persister", ["event_persister"]);
    await eventually("the third owns shards", async () => {
      await load.makeRoom();
      return owns(plexus, third.name);
    });
    await sleep(500);
    const first = plexus.withRole("event_persister")[0];
    await first.stop();
    assert.ok(!owns(plexus, first.name), "the first owns nothing any more");
    await sleep(500);
    assert.deepEqual(load.senders.refused, []);
    await finishLoad(plexus, load);
  });

  test("after SIGKILL of an owner its rooms are writable within the lease time and a second", async () => {
    const victim = plexus.withRole("event_persister")[0];
    assert.ok(owns(plexus, victim.name));
    const killed = Date.now();
    await victim.kill();
    await eventually("the other owns everything", () => !owns(plexus, victim.name), LEASE_TTL_MS * 4);
    for (const room of load.rooms) {
      await eventually(`a message in ${room} after the kill`, () =>
        load.senders.acknowledged.some((each) => each.room === room && each.at > killed + 100),
      );
    }
    const pauses = load.rooms.map((room) => {
      const times = load.senders.acknowledged.filter((each) => each.room === room).map((each) => each.at);
      return Math.max(...times.slice(1).map((at, i) => at - times[i]));
    });
    assert.ok(Math.max(...pauses) < LEASE_TTL_MS + 1000, `the longest pause was ${Math.max(...pauses)} ms`);
    await finishLoad(plexus, load);
  });

  test("an owner that stalled past its lease cannot write", async () => {
    const stale = plexus.withRole("event_persister")[0];
    const before = plexus.sql(`SELECT sum(epoch) FROM ${schemaOf(plexus)}.shard WHERE kind = 1`);
    stale.signal("SIGSTOP");
    await eventually("its shards were taken", () => !owns(plexus, stale.name), LEASE_TTL_MS * 4);
    await sleep(200);
    stale.signal("SIGCONT");
    await eventually("it takes part again", () => owns(plexus, stale.name), 20_000);
    await sleep(500);
    const epochs = plexus.sql(`SELECT sum(epoch) FROM ${schemaOf(plexus)}.shard WHERE kind = 1`);
    assert.ok(Number(epochs) > Number(before), "shards changed hands");
    await finishLoad(plexus, load);
  });
});

describe("Redis, under load", () => {
  let plexus, redis, load;

  before(async () => {
    redis = await PrivateRedis.start();
    plexus = await Topology.start(TWO_PERSISTERS, { leaseTtlMs: LEASE_TTL_MS, redisSocket: redis.socket });
  });
  after(async () => {
    await load?.senders.stop().catch(() => {});
    await load?.reader.stop().catch(() => {});
    await plexus?.stop();
    await redis?.stop();
  });

  test("restarted, flushed and out of reach: nothing is lost or doubled in a sync", async () => {
    load = await startLoad(plexus, { rooms: 6 });
    await sleep(500);
    redis.command("FLUSHALL");
    await sleep(500);
    await redis.kill();
    await sleep(1500);
    await redis.start();
    await sleep(1500);
    redis.child.kill("SIGSTOP");
    await sleep(4000);
    redis.child.kill("SIGCONT");
    await sleep(1000);
    redis.command("CLIENT", "KILL", "TYPE", "pubsub");
    await sleep(1000);
    assert.deepEqual(load.senders.refused, [], "no request failed for want of Redis");
    await finishLoad(plexus, load);
  });
});
