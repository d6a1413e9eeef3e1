// The database's volume is full.
import { eventually } from "../../topology/wait.mjs";

const NOTICED_WITHIN_MS = 20_000;

async function diskFull(run) {
  const from = run.postgres.logSize();
  run.volume.fill();
  const noticed = () => /No space left on device/.test(run.postgres.logSince(from));
  const end = async () => {
    // Only a table that has to grow finds out.
    await eventually("Postgres has run out of space", noticed, NOTICED_WITHIN_MS);
    run.volume.free();
    return `ENOSPC in the log of Postgres; ${run.volume.freeBytes()} bytes free again`;
  };
  return { happened: `${run.volume.freeBytes()} bytes are free`, end };
}

export const DISK_KINDS = { disk_full: { lasts: true, volume: 96, begin: diskFull } };
