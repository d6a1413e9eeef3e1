// One `plexus serve`, and what the kernel knows of it.
import { spawn } from "node:child_process";
import { closeSync, openSync, readdirSync, readFileSync, readSync, statSync } from "node:fs";
import { required } from "./environment.mjs";
import { sleep } from "./wait.mjs";

const READY_WITHIN_MS = 60_000;
const STOP_WITHIN_MS = 30_000;

export class PlexusProcess {
  /** `args` and `env` are added to the command line and the environment of every start. */
  constructor({ name, roles, configFile, logFile, args = [], env = {} }) {
    Object.assign(this, { name, roles, configFile, logFile, args, env, child: null, ready: false });
  }

  get pid() {
    return this.child.pid;
  }

  /** Resolves when it is ready. `env` holds for this start alone. */
  async start(env = {}) {
    this.ready = false;
    const from = this.logSize();
    const out = openSync(this.logFile, "a");
    const command = ["serve", `--config=${this.configFile}`, ...this.args];
    const environment = { ...process.env, ...this.env, ...env };
    this.child = spawn(required("PLEXUS_BIN"), command, { stdio: ["ignore", out, out], env: environment });
    closeSync(out);
    this.exited = new Promise((resolve) => this.child.on("exit", (code, signal) => resolve({ code, signal })));
    const until = Date.now() + READY_WITHIN_MS;
    while (!/ ready$/m.test(this.log(from))) {
      if (!this.running() || Date.now() > until) {
        throw new Error(`${this.name} did not become ready:\n${this.log(from).slice(-4000)}`);
      }
      await sleep(20);
    }
    this.ready = true;
  }

  logSize() {
    try {
      return statSync(this.logFile).size;
    } catch {
      return 0;
    }
  }

  /** What it has logged, from an earlier logSize() on. */
  log(from = 0) {
    const size = this.logSize();
    if (size <= from) return "";
    const file = openSync(this.logFile, "r");
    try {
      const buffer = Buffer.alloc(size - from);
      return buffer.toString("utf8", 0, readSync(file, buffer, 0, buffer.length, from));
    } finally {
      closeSync(file);
    }
  }

  running() {
    return this.child !== null && this.child.exitCode === null && this.child.signalCode === null;
  }

  signal(name) {
    if (this.running()) this.child.kill(name);
  }

  /** Ends it with SIGTERM, and expects a clean end. */
  async stop() {
    if (!this.running()) return;
    this.signal("SIGTERM");
    const late = sleep(STOP_WITHIN_MS, null, { ref: false }).then(() => "late");
    const end = await Promise.race([this.exited, late]);
    if (end === "late") {
      this.signal("SIGKILL");
      await this.exited;
      throw new Error(`${this.name} did not stop within ${STOP_WITHIN_MS} ms:\n${this.log().slice(-4000)}`);
    }
    if (end.code !== 0) throw new Error(`${this.name} ended with ${JSON.stringify(end)}:\n${this.log().slice(-6000)}`);
  }

  /** Answers {code, signal}. */
  async kill() {
    this.signal("SIGKILL");
    return this.exited;
  }

  async restart(env = {}) {
    await this.stop();
    await this.start(env);
  }

  /** T in /proc: stopped by a signal. */
  stalled() {
    return /^State:\s*T/m.test(readFileSync(`/proc/${this.pid}/status`, "utf8"));
  }

  /** {rssBytes, descriptors, threads} now. */
  usage() {
    const status = readFileSync(`/proc/${this.pid}/status`, "utf8");
    const number = (key) => Number(new RegExp(`^${key}:\\s*(\\d+)`, "m").exec(status)[1]);
    const descriptors = readdirSync(`/proc/${this.pid}/fd`).length;
    return { rssBytes: number("VmRSS") * 1024, descriptors, threads: number("Threads") };
  }
}
