// A Redis of a test's own, to be maltreated.
import { execFile, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { sleep } from "./wait.mjs";

const run = promisify(execFile);

export class PrivateRedis {
  static async start() {
    const redis = new PrivateRedis();
    redis.directory = mkdtempSync("/tmp/plexus-redis-");
    redis.socket = path.join(redis.directory, "redis.sock");
    await redis.start();
    return redis;
  }

  async start() {
    const options = [
      "--port",
      "0",
      "--unixsocket",
      this.socket,
      "--save",
      "",
      "--appendonly",
      "no",
      "--dir",
      this.directory,
    ];
    this.child = spawn("redis-server", options, { stdio: "ignore" });
    this.exited = new Promise((resolve) => this.child.on("exit", resolve));
    for (let tries = 0; ; ++tries) {
      try {
        if ((await this.command("PING")) === "PONG") return;
      } catch (error) {
        if (tries > 500) throw error;
      }
      await sleep(10);
    }
  }

  async command(...words) {
    return (await run("redis-cli", ["-s", this.socket, ...words])).stdout.trim();
  }

  /** A number of INFO, or a text: "run_id", "total_connections_received". */
  async info(key) {
    const found = new RegExp(`^${key}:(.*)$`, "m").exec(await this.command("INFO"));
    return found[1].trim();
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
