// A Redis of a test's own, to be maltreated.
import { spawn, execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import path from "node:path";

export class PrivateRedis {
  static async start() {
    const redis = new PrivateRedis();
    redis.directory = mkdtempSync("/tmp/plexus-redis-");
    redis.socket = path.join(redis.directory, "redis.sock");
    await redis.start();
    return redis;
  }

  async start() {
    const options = ["--port", "0", "--unixsocket", this.socket, "--save", "", "--appendonly", "no", "--dir", this.directory];
    this.child = spawn("redis-server", options, { stdio: "ignore" });
    this.exited = new Promise((resolve) => this.child.on("exit", resolve));
    for (let tries = 0; ; ++tries) {
      try {
        if (this.command("PING") === "PONG") return;
      } catch (error) {
        if (tries > 500) throw error;
      }
      await sleep(10);
    }
  }

  command(...words) {
    return execFileSync("redis-cli", ["-s", this.socket, ...words], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  }

  async kill() {
    this.child.kill("SIGCONT");
    this.child.kill("SIGKILL");
    await this.exited;
  }

  async stop() {
    await this.kill();
    rmSync(this.directory, { recursive: true, force: true });
  }
}
