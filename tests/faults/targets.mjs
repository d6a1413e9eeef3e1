// Whom a fault strikes.
import { owners } from "./check/leases.mjs";

/**
 * The processes that `on` names, drawn by the number `draw` in [0, 1) where there are several:
 *   "victim"                 what the fault called so ("as") struck
 *   {"role": "sync"}         one that has the role and runs; with "all": true, all of them
 *   {"owner": "rooms"}       one that owns shards of rooms, or "users", now; likewise
 *   {"name": "front"}        one whose name in the topology begins so; likewise
 * With "not": "victim" it is another than that. Throws if there is none.
 */
export async function choose(run, on, draw) {
  const spared = run.labels.get(on.not) ?? [];
  const chosen = (await candidates(run, on)).filter((each) => !spared.includes(each));
  if (chosen.length === 0) throw new Error(`there is no ${JSON.stringify(on)}`);
  return typeof on === "string" || on.all ? chosen : [chosen[Math.floor(draw * chosen.length)]];
}

async function candidates(run, on) {
  if (typeof on === "string") return run.labels.get(on) ?? [];
  const running = run.plexus.processes.filter((each) => each.ready && each.running() && !each.stalled());
  if (on.role) return running.filter((each) => each.roles.includes(on.role));
  if (on.name) return running.filter((each) => each.name.startsWith(`${on.name}-`));
  const owning = await owners(run.plexus, on.owner);
  return running.filter((each) => owning.has(each.name));
}
