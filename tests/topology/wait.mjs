// Waiting, and nothing else.
import { setTimeout as sleep } from "node:timers/promises";

export { sleep };

/** Resolves with the first truthy result of `condition`, which is tried again and again. */
export async function eventually(what, condition, withinMs = 60_000) {
  const until = Date.now() + withinMs;
  for (;;) {
    const result = await condition();
    if (result) return result;
    if (Date.now() > until) throw new Error(`not within ${withinMs} ms: ${what}`);
    await sleep(20);
  }
}
