// A small file system of its own, to be filled.
import { execFileSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmdirSync, rmSync, statfsSync, writeSync } from "node:fs";
import path from "node:path";

export class Volume {
  /** `owner` is the user that may write to it. Throws where mounts are not allowed. */
  static mount(megabytes, owner) {
    const volume = new Volume();
    volume.directory = mkdtempSync("/tmp/plexus-volume-");
    volume.ballast = path.join(volume.directory, "ballast");
    try {
      const options = `size=${megabytes}m,mode=700,uid=${owner}`;
      execFileSync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", volume.directory], {
        stdio: ["ignore", "ignore", "pipe"],
      });
    } catch (error) {
      rmdirSync(volume.directory);
      throw new Error(`no mounts here: ${String(error.stderr).trim()}`);
    }
    return volume;
  }

  freeBytes() {
    const { bavail, bsize } = statfsSync(this.directory);
    return bavail * bsize;
  }

  /** Until nothing more can be written. */
  fill() {
    const file = openSync(this.ballast, "a");
    for (let chunk = Buffer.alloc(1 << 20); chunk.length >= 1;) {
      try {
        writeSync(file, chunk);
      } catch (error) {
        if (error.code !== "ENOSPC") throw error;
        chunk = chunk.subarray(0, chunk.length >> 1);
      }
    }
    closeSync(file);
  }

  free() {
    rmSync(this.ballast, { force: true });
  }

  unmount() {
    execFileSync("umount", [this.directory]);
    rmdirSync(this.directory);
  }
}
