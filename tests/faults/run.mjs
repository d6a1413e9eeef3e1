// run.mjs [--list] [--quick] [--instance=NAME] [--seed=N] [SCHEDULE…]: see docs/faults.md. Exit code 1 if one failed.
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { PrivatePostgres } from "../topology/postgres.mjs";
import { abandonAll, runSchedule } from "./runner.mjs";
import { readSchedules } from "./schedule.mjs";

const REPORTS = path.resolve(import.meta.dirname, "../../var/faults-reports");

function wanted(names, quick) {
  const all = readSchedules();
  for (const name of names) {
    if (!all.some((each) => each.name === name)) throw new Error(`no such schedule: ${name}; --list names them`);
  }
  return all.filter((each) => (names.length > 0 ? names.includes(each.name) : !quick || each.quick));
}

function summary(results) {
  const of = (outcome) => results.filter((each) => each.outcome === outcome);
  console.log(
    `\n${of("passed").length} passed, ${of("failed").length} failed, ${of("skipped").length} skipped, of ${results.length}`,
  );
  for (const { name, problems } of of("skipped")) console.log(`  skipped ${name}: ${problems[0].split("\n")[0]}`);
  for (const { name, seed, directory } of of("failed"))
    console.log(`  failed  ${name}: ./dev faults ${seed} ${name}${directory ? `; logs in ${directory}` : ""}`);
}

async function runOne(schedule, seed, postgres) {
  console.log(`\n${schedule.name}: ${schedule.about}`);
  const from = Date.now();
  const result = await runSchedule(schedule, seed, postgres, console.log);
  for (const problem of result.problems) console.log(`  ${result.outcome === "skipped" ? "-" : "!"} ${problem}`);
  console.log(`  ${result.outcome} in ${((Date.now() - from) / 1000).toFixed(1)} s`);
  return { name: schedule.name, seed, ...result };
}

async function main() {
  const options = {
    list: { type: "boolean" },
    quick: { type: "boolean" },
    instance: { type: "string" },
    seed: { type: "string" },
  };
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const schedules = wanted(positionals, values.quick);
  if (values.list) {
    for (const { name, quick, about } of schedules)
      console.log(`${quick ? "quick" : "     "}  ${name.padEnd(36)} ${about}`);
    return;
  }
  const seed = values.seed ?? String(Math.floor(Math.random() * 1e9));
  console.log(`seed ${seed}, ${schedules.length} schedules`);
  const postgres = await PrivatePostgres.start(values.instance ?? "faults");
  const results = [];
  for (const signal of ["SIGINT", "SIGTERM"]) {
    process.once(signal, async () => {
      await abandonAll();
      await postgres.stop();
      process.exit(1);
    });
  }
  try {
    for (const schedule of schedules) {
      if (!(await postgres.answers())) await postgres.up();
      results.push(await runOne(schedule, seed, postgres));
    }
  } finally {
    await postgres.stop();
    mkdirSync(REPORTS, { recursive: true });
    writeFileSync(path.join(REPORTS, `${seed}.json`), JSON.stringify(results, null, 1));
    summary(results);
  }
  if (results.some((each) => each.outcome === "failed")) process.exitCode = 1;
}

await main();
