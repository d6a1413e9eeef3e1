// One process's clocks jump: FaultClock of common/platform, which reads how far they are ahead from a file.
import { openSync, writeSync, closeSync, writeFileSync } from "node:fs";
import { eventually } from "../../topology/wait.mjs";

const NOTICED_WITHIN_MS = 5000;
const OFFSETS = { wall: 0, boot: 8 }; // bytes into the file

const fileOf = (directory, name) => `${directory}/clock-${name}`;

/** Makes the file of a process that has to start with a clock that can be moved; answers its path. */
export function makeClock(directory, name) {
  const file = fileOf(directory, name);
  writeFileSync(file, Buffer.alloc(16));
  return file;
}

function set(file, which, milliseconds) {
  const nanos = Buffer.alloc(8);
  nanos.writeBigInt64LE(BigInt(milliseconds) * 1_000_000n);
  const open = openSync(file, "r+"); // in place: the process has mapped it
  writeSync(open, nanos, 0, 8, OFFSETS[which]);
  closeSync(open);
}

async function jump(run, fault, target) {
  const proofs = [];
  for (const which of ["wall", "boot"]) {
    if (fault[`${which}_ms`] === undefined) continue;
    const key = `${target.name} ${which}`;
    // Jumps add up: a boot-time clock never goes back.
    const ahead = (run.clocks.get(key) ?? 0) + fault[`${which}_ms`];
    run.clocks.set(key, ahead);
    const from = target.logSize();
    set(fileOf(run.plexus.directory, target.name), which, ahead);
    const noticed = () => new RegExp(`moved a clock.*clock=${which}.*ahead_ms=${ahead}\\b`).test(target.log(from));
    await eventually(`${target.name} has noticed its ${which} clock`, noticed, NOTICED_WITHIN_MS);
    proofs.push(`${which} clock of ${target.name} is ${ahead} ms ahead`);
  }
  return { happened: proofs.join(", ") };
}

export const CLOCK_KINDS = {
  clock: {
    on: true,
    clocks: true,
    keys: ["wall_ms", "boot_ms"],
    check: ({ wall_ms: wall, boot_ms: boot }, fail) => {
      if (wall === undefined && boot === undefined) fail("needs wall_ms or boot_ms");
      if (boot < 0) fail("a boot-time clock never goes back");
    },
    begin: jump,
  },
};
