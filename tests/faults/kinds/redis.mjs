// What befalls Redis, on which nothing depends but speed.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { eventually } from "../../topology/wait.mjs";

async function restart(run) {
  const before = await run.redis.info("run_id");
  await run.redis.kill();
  const end = async () => {
    await run.redis.start();
    const now = await run.redis.info("run_id");
    assert.notEqual(now, before, "Redis has another run id");
    return `Redis was run ${before.slice(0, 8)} and is ${now.slice(0, 8)}`;
  };
  return { happened: "Redis is gone", end };
}

async function flush(run) {
  await run.redis.command("SET", "a schedule's mark", "1");
  await run.redis.command("FLUSHALL");
  assert.equal(await run.redis.command("EXISTS", "a schedule's mark"), "0");
  return { happened: "Redis has forgotten its keys" };
}

async function stall(run) {
  const stalled = () => /^State:\s*T/m.test(readFileSync(`/proc/${run.redis.child.pid}/status`, "utf8"));
  run.redis.child.kill("SIGSTOP");
  await eventually("Redis stands still", stalled, 2000);
  const end = async () => {
    assert.ok(stalled(), "Redis stood still to the end");
    run.redis.child.kill("SIGCONT");
    return "Redis goes on";
  };
  return { happened: "Redis stands still", end };
}

async function unsubscribe(run) {
  const killed = Number(await run.redis.command("CLIENT", "KILL", "TYPE", "pubsub"));
  assert.ok(killed > 0, "somebody was subscribed");
  return { happened: `${killed} subscribers have lost their connection` };
}

export const REDIS_KINDS = {
  redis_restart: { lasts: true, begin: restart },
  redis_flush: { begin: flush },
  redis_stall: { lasts: true, begin: stall },
  redis_unsubscribe: { begin: unsubscribe },
};
