// plexusctl, as the tests run it.
import { spawnSync } from "node:child_process";
import path from "node:path";

/** Runs plexusctl with these words. Answers {status, stdout, stderr}. */
export function plexusctl(...words) {
  const executable = path.join(path.dirname(process.env.PLEXUS_BIN), "plexusctl");
  const { status, stdout, stderr, error } = spawnSync(executable, words, { encoding: "utf8", timeout: 120_000 });
  if (error) throw error;
  return { status, stdout, stderr };
}
