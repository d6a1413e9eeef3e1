// Who owns what, in the tables.

const PROCESS = "plexus.process";

/** Name of a process as the topology knows it, from its id in the tables: the rest is drawn anew by each incarnation. */
export const nameOf = (id) => id.slice(0, id.lastIndexOf("-"));

/** Names of the processes that own shards of a kind ("rooms", "users") now. */
export async function owners(plexus, kind) {
  const number = { rooms: 1, users: 2 }[kind];
  const ids = await plexus.sql(
    `SELECT DISTINCT owner FROM ${await plexus.schema()}.shard WHERE kind = ${number} AND owner IS NOT NULL`,
  );
  return new Set(ids.split("\n").filter(Boolean).map(nameOf));
}

/** Grows whenever a shard changes hands. */
export async function epochs(plexus) {
  return Number(await plexus.sql(`SELECT sum(epoch) FROM ${await plexus.schema()}.shard`));
}

/** While processes run: nobody dead is recorded as alive, or as an owner. A line for each. */
export async function deadInTables(plexus) {
  const alive = plexus.processes.filter((each) => each.running()).map((each) => each.name);
  const recorded = (await plexus.sql(`SELECT id FROM ${PROCESS}`)).split("\n").filter(Boolean);
  const orphans = await plexus.sql(
    `SELECT kind, id, owner FROM ${await plexus.schema()}.shard WHERE owner IS NOT NULL AND owner NOT IN (SELECT id FROM ${PROCESS})`,
  );
  return [
    ...recorded
      .filter((id) => !alive.includes(nameOf(id)))
      .map((id) => `${id} is dead and still recorded as a process`),
    ...alive
      .filter((name) => recorded.filter((id) => nameOf(id) === name).length > 1)
      .map((name) => `${name} is recorded twice`),
    ...orphans
      .split("\n")
      .filter(Boolean)
      .map((row) => `a shard's owner is no process (kind, shard, owner): ${row}`),
  ];
}

/** After every process has stopped cleanly: nothing is held. A line for each thing that is. */
export async function leftBehind(plexus) {
  const schema = await plexus.schema();
  const found = async (what, query) =>
    (await plexus.sql(query))
      .split("\n")
      .filter(Boolean)
      .map((row) => `${what}: ${row}`);
  const sessions = `
    SELECT application_name, state FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
    AND backend_type = 'client backend'`;
  return [
    ...(await found(
      "leaked lease (kind, shard, owner)",
      `SELECT kind, id, owner FROM ${schema}.shard WHERE owner IS NOT NULL`,
    )),
    ...(await found("leaked process", `SELECT id FROM ${PROCESS}`)),
    ...(await found("leaked Postgres session", sessions)),
  ];
}
