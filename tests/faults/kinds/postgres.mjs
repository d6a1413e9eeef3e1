// What befalls Postgres, which holds the truth.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { simpleQuery } from "../../topology/postgres.mjs";
import { eventually, sleep } from "../../topology/wait.mjs";

const SIGNALS = { fast: "SIGINT", immediate: "SIGQUIT", kill: "SIGKILL" };
const MOST_CONNECTIONS = 1000; // of a storm
const STORMERS = 8; // who try at the same time

const disconnect = (run) => `
  SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
  WHERE datname = '${run.plexus.databaseName}' AND pid <> pg_backend_pid()`;

async function restart(run, fault) {
  const before = await run.postgres.startedAt();
  await run.postgres.end(SIGNALS[fault.how]);
  assert.ok(!(await run.postgres.answers()), "nobody answers in its place");
  const end = async () => {
    await run.postgres.up();
    const now = await run.postgres.startedAt();
    assert.notEqual(now, before, "Postgres has another start time");
    return `Postgres ran since ${before} and runs since ${now}`;
  };
  return { happened: `Postgres has ended (${fault.how})`, end };
}

async function stall(run) {
  const pids = run.postgres.pids();
  for (const pid of pids) process.kill(pid, "SIGSTOP");
  const stalled = (pid) => /^State:\s*T/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  await eventually("every process of Postgres stands still", () => pids.every(stalled), 2000);
  const end = async () => {
    assert.ok(pids.every(stalled), "Postgres stood still to the end");
    for (const pid of pids) process.kill(pid, "SIGCONT");
    return `${pids.length} processes of Postgres go on`;
  };
  return { happened: `${pids.length} processes of Postgres stand still`, end };
}

async function terminate(run) {
  const ended = Number(await run.postgres.sql(disconnect(run)));
  assert.ok(ended > 0, "there were sessions to end");
  return { happened: `${ended} sessions were ended` };
}

/** Takes every connection that Postgres has to give, and goes on taking those that become free. */
class Storm {
  taken = [];
  refused = 0;

  constructor(postgres) {
    this.postgres = postgres;
    this.running = Promise.all(Array.from({ length: STORMERS }, () => this.#run()));
  }

  async #run() {
    while (!this.over) {
      assert.ok(this.taken.length < MOST_CONNECTIONS, "connections come to an end");
      const socket = await this.postgres.takeConnection();
      if (socket) this.taken.push(socket);
      else ++this.refused;
    }
  }

  async end() {
    this.over = true;
    await this.running;
    for (const socket of this.taken) socket.destroy();
  }
}

// With "terminate", Plexus's own sessions are ended too: it has to wait until the storm is over.
async function storm(run, fault) {
  const most = Number(await run.postgres.sql("SHOW max_connections"));
  const blowing = new Storm(run.postgres);
  await eventually("no connection is left", () => blowing.refused > 0, 10_000);
  const first = blowing.taken.length;
  assert.ok(first > most / 2, `${first} connections of ${most}`);
  // Nobody else gets in: a session of the storm's own asks.
  if (fault.terminate) blowing.taken[0].write(simpleQuery(disconnect(run)));
  const end = async () => {
    const grown = blowing.taken.length - first;
    if (fault.terminate) assert.ok(grown > 0, "the storm has taken what Plexus had");
    await blowing.end();
    await eventually("Postgres has connections again", () => run.postgres.answers(), 10_000);
    return `${grown} more taken, ${blowing.refused} attempts refused, all given back`;
  };
  return { happened: `${first} of ${most} connections taken, none left`, end };
}

// As an administrator's ALTER TABLE, or a careless session, would.
async function lock(run, fault) {
  const table = `${await run.plexus.schema()}.${fault.table}`;
  const statement = `BEGIN; LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(${fault.for}); COMMIT`;
  const holder = promisify(execFile)("psql", [run.plexus.databaseUri, "-Xq", "-c", statement]);
  const held = `SELECT count(*) FROM pg_locks WHERE relation = '${table}'::regclass AND mode = 'AccessExclusiveLock' AND granted`;
  await eventually("the table is locked", async () => (await run.plexus.sql(held)) === "1", 10_000);
  await sleep(Math.min(500, fault.for * 500));
  const waiting = Number(
    await run.plexus.sql(`SELECT count(*) FROM pg_locks WHERE relation = '${table}'::regclass AND NOT granted`),
  );
  assert.ok(waiting > 0, "somebody waits for the table");
  return { happened: `${table} is locked, ${waiting} wait for it`, end: () => holder.then(() => `${table} is free`) };
}

// As a primary that became a standby: whoever is connected, or connects, may read only.
async function readOnly(run) {
  const name = run.plexus.databaseName;
  await run.postgres.sql(`ALTER DATABASE ${name} SET default_transaction_read_only = on`);
  const ended = Number(await run.postgres.sql(disconnect(run)));
  assert.equal(await run.plexus.sql("SHOW transaction_read_only"), "on");
  const end = async () => {
    await run.postgres.sql(`ALTER DATABASE ${name} RESET default_transaction_read_only`);
    await run.postgres.sql(disconnect(run));
    assert.equal(await run.plexus.sql("SHOW transaction_read_only"), "off");
    return "the database can be written again";
  };
  return { happened: `the database can only be read, ${ended} sessions ended`, end };
}

export const POSTGRES_KINDS = {
  postgres_restart: {
    lasts: true,
    keys: ["how"],
    check: ({ how }, fail) => SIGNALS[how] ?? fail(`"how" is one of ${Object.keys(SIGNALS).join(", ")}`),
    begin: restart,
  },
  postgres_stall: { lasts: true, begin: stall },
  postgres_terminate: { begin: terminate },
  postgres_storm: { lasts: true, keys: ["terminate"], begin: storm },
  postgres_lock: { lasts: true, keys: ["table"], begin: lock },
  postgres_read_only: { lasts: true, begin: readOnly },
};
