// What befalls processes: they die, stall, come and go.
import assert from "node:assert/strict";
import { eventually } from "../../topology/wait.mjs";
import { owners } from "../check/leases.mjs";

const ABORTS_WITHIN_MS = 20_000;
const OWNS_WITHIN_MS = 10_000;

// Where the schedule asks for it: who has joined has to take shards.
async function takesPart(run, { owns }, target) {
  if (!owns) return;
  const has = async () => (await owners(run.plexus, owns)).has(target.name);
  await eventually(`${target.name} owns shards of ${owns}`, has, OWNS_WITHIN_MS);
}

async function kill(run, fault, target) {
  const { pid } = target;
  const { signal } = await target.kill();
  assert.equal(signal, "SIGKILL");
  return { happened: `${target.name}, pid ${pid}, ended by ${signal}` };
}

async function stall(run, fault, target) {
  target.signal("SIGSTOP");
  await eventually(`${target.name} stands still`, () => target.stalled(), 2000);
  const end = async () => {
    assert.ok(target.stalled(), `${target.name} stood still to the end`);
    target.signal("SIGCONT");
    return `${target.name} stood still for ${fault.for} s`;
  };
  return { happened: `${target.name} stands still`, end };
}

async function restart(run, fault, target) {
  const { pid } = target;
  await target.stop();
  await target.start();
  assert.notEqual(target.pid, pid);
  return { happened: `${target.name} was pid ${pid} and is ${target.pid}` };
}

// What was killed, or removed, comes back.
async function start(run, fault, target) {
  assert.ok(!target.running(), `${target.name} is not running`);
  await target.start();
  await takesPart(run, fault, target);
  return { happened: `${target.name} runs again, pid ${target.pid}` };
}

async function remove(run, fault, target) {
  await target.stop();
  const rows = await run.plexus.sql(`SELECT id FROM plexus.process WHERE id LIKE '${target.name}-%'`);
  assert.equal(rows, "", `${target.name} has left the table of processes`);
  return { happened: `${target.name} has ended by itself and left` };
}

async function add(run, fault) {
  const name = fault.role ?? fault.name;
  const roles = fault.role ? [fault.role] : run.plexus.processes.find((each) => each.name.startsWith(`${name}-`)).roles;
  const made = await run.plexus.add(name, roles);
  run.labels.set(fault.as, [made]);
  await takesPart(run, fault, made);
  return { happened: `${made.name} has joined, pid ${made.pid}` };
}

// It starts anew with a fault point armed (common/base/fault.h), and dies there the first time that it comes by.
async function crashAt(run, fault, target) {
  await target.stop();
  await target.start({ PLEXUS_FAULTS: `${fault.point}=abort:1` });
  const late = eventually(`${target.name} comes to ${fault.point}`, () => !target.running(), ABORTS_WITHIN_MS);
  await late;
  const { signal } = await target.exited;
  assert.equal(signal, "SIGABRT");
  return { happened: `${target.name} died at ${fault.point}` };
}

// It starts anew with fault points armed that do not end it.
async function startWith(run, fault, target) {
  const { pid } = target;
  await target.stop();
  await target.start({ PLEXUS_FAULTS: fault.points });
  await takesPart(run, fault, target);
  assert.notEqual(target.pid, pid);
  return { happened: `${target.name} runs with ${fault.points}` };
}

export const PROCESS_KINDS = {
  kill: { on: true, begin: kill },
  stall: { on: true, lasts: true, begin: stall },
  restart: { on: true, begin: restart },
  start: { on: true, keys: ["owns"], begin: start },
  remove: { on: true, begin: remove },
  add: { keys: ["role", "name", "owns"], begin: add },
  crash_at: { on: true, keys: ["point"], begin: crashAt },
  start_with: { on: true, keys: ["points", "owns"], begin: startWith },
};
