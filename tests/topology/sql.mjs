import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);
const MOST_OUTPUT_BYTES = 1 << 28;

/** Runs SQL and answers its output, unaligned and without headings. */
export async function runSql(uri, statement) {
  const words = [uri, "-XAtq", "-v", "ON_ERROR_STOP=1", "-c", statement];
  const { stdout } = await run("psql", words, { maxBuffer: MOST_OUTPUT_BYTES });
  return stdout.trim();
}
