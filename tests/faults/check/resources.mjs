// What a process takes, before the faults and after them.

const MEGABYTE = 1 << 20;

// Above what it took before: caches fill, and connections are made once.
export const BOUNDS = { rssBytes: 96 * MEGABYTE, rssFactor: 1.5, descriptors: 48, threads: 16 };

/** name -> usage of every running process, with its pid. */
export function measure(processes) {
  const running = processes.filter((each) => each.running() && !each.stalled());
  return new Map(running.map((each) => [each.name, { pid: each.pid, ...each.usage() }]));
}

/** Where the level after is not that of before, a line each; a process that was started anew has no level before. */
export function resourceProblems(before, after, bounds = BOUNDS) {
  const problems = [];
  for (const [name, now] of after) {
    const then = before.get(name);
    if (then?.pid !== now.pid) continue;
    const rssBound = then.rssBytes * bounds.rssFactor + bounds.rssBytes;
    const megabytes = (bytes) => Math.round(bytes / MEGABYTE);
    if (now.rssBytes > rssBound)
      problems.push(`${name} has ${megabytes(now.rssBytes)} MB, ${megabytes(then.rssBytes)} MB before`);
    for (const key of ["descriptors", "threads"]) {
      if (now[key] > then[key] + bounds[key]) problems.push(`${name} has ${now[key]} ${key}, ${then[key]} before`);
    }
  }
  return problems;
}

/** Postgres sessions that wait inside a transaction although nothing is asked of anybody; a line each. */
export async function openTransactions(plexus) {
  const rows = await plexus.sql(`
    SELECT application_name, state, left(query, 60) FROM pg_stat_activity
    WHERE datname = current_database() AND state LIKE 'idle in transaction%'`);
  return rows
    .split("\n")
    .filter(Boolean)
    .map((row) => `open transaction: ${row}`);
}
