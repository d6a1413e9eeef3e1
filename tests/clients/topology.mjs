// Starts Plexus for a test: in one process, or every role in processes of its own, over TCP or UNIX sockets.
import { spawn, execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync, openSync, closeSync, readFileSync } from "node:fs";
import { createServer, connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { randomBytes } from "node:crypto";
import path from "node:path";

const READY_WITHIN_MS = 60_000;
const STOP_WITHIN_MS = 30_000;

export const TOPOLOGIES = ["one process", "many processes over TCP", "many processes over UNIX sockets"];
// For faults: the clients' side in one process, the owners of rooms in two others.
export const TWO_PERSISTERS = "two persisters over UNIX sockets";

function required(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set; run the tests with ./dev test`);
  return value;
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

// A TCP port that leads to a UNIX socket, for clients that know only URLs.
async function bridge(socketPath) {
  const open = new Set();
  const server = createServer((client) => {
    const upstream = connect(socketPath);
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.on("close", () => open.delete(socket));
    }
    client.on("error", () => upstream.destroy());
    upstream.on("error", () => client.destroy());
    client.on("close", () => upstream.destroy());
    upstream.on("close", () => client.destroy());
    client.pipe(upstream).pipe(client);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: server.address().port,
    close: () => {
      for (const socket of open) socket.destroy();
      server.close();
    },
  };
}

/** One `plexus serve` of a topology. */
class PlexusProcess {
  constructor(name, roles, configFile, logFile) {
    Object.assign(this, { name, roles, configFile, logFile, child: null });
  }

  async start() {
    const from = this.log().length;
    const out = openSync(this.logFile, "a");
    this.child = spawn(required("PLEXUS_BIN"), ["serve", `--config=${this.configFile}`], { stdio: ["ignore", out, out] });
    closeSync(out);
    this.exited = new Promise((resolve) => this.child.on("exit", (code, signal) => resolve({ code, signal })));
    const until = Date.now() + READY_WITHIN_MS;
    while (!/ ready$/m.test(this.log().slice(from))) {
      if (this.child.exitCode !== null || this.child.signalCode !== null || Date.now() > until) {
        throw new Error(`${this.name} did not become ready:\n${this.log().slice(from).slice(-4000)}`);
      }
      await sleep(20);
    }
  }

  log() {
    try {
      return readFileSync(this.logFile, "utf8");
    } catch {
      return "";
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

  async kill() {
    this.signal("SIGKILL");
    await this.exited;
  }

  async restart() {
    await this.stop();
    await this.start();
  }
}

/** A homeserver in one or many processes, with a database of its own. */
export class Topology {
  static async start(kind, { leaseTtlMs = 2000, redisSocket = required("PLEXUS_TEST_REDIS") } = {}) {
    const topology = new Topology();
    topology.kind = kind;
    topology.leaseTtlMs = leaseTtlMs;
    topology.redisSocket = redisSocket;
    try {
      await topology.#prepare();
      await topology.#startAll();
    } catch (error) {
      await topology.stop().catch(() => {});
      throw error;
    }
    return topology;
  }

  processes = [];
  urls = [];
  bridges = [];
  serverName = "plexus.test";
  sharedSecret = "secret of the tests";

  async #prepare() {
    this.directory = mkdtempSync("/tmp/plexus-topology-");
    this.rpcSecret = randomBytes(16).toString("hex");
    this.keyFile = path.join(this.directory, "signing.key");
    execFileSync(required("PLEXUS_BIN"), ["keygen", `--out=${this.keyFile}`]);
    this.databaseName = `plexus_topology_${randomBytes(6).toString("hex")}`;
    this.sql(
      `CREATE DATABASE ${this.databaseName} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'`,
      required("PLEXUS_TEST_PG"),
    );
    this.databaseUri = required("PLEXUS_TEST_PG").replace(/dbname=\S+/, "") + ` dbname=${this.databaseName}`;
  }

  /** Runs SQL in the topology's database and answers its output, unaligned and without headings. */
  sql(statement, uri = this.databaseUri) {
    return execFileSync("psql", [uri, "-XAtq", "-v", "ON_ERROR_STOP=1", "-c", statement], { encoding: "utf8" }).trim();
  }

  async #startAll() {
    if (this.kind === "one process") {
      await this.add("gateway", ["event_persister", "account", "room", "sync", "gateway"]);
      return;
    }
    if (this.kind === TWO_PERSISTERS) {
      for (let i = 0; i < 2; ++i) await this.add("event_persister", ["event_persister"]);
      await this.add("front", ["account", "room", "sync", "gateway"]);
      return;
    }
    // The first process migrates; the others find the schema as it must be.
    for (const role of ["event_persister", "account"]) await this.add(role, [role]);
    for (const role of ["event_persister", "account", "room", "sync", "sync", "gateway", "gateway"]) {
      await this.add(role, [role]);
    }
  }

  /** Starts another process with these roles; answers it. */
  async add(name, roles) {
    const number = this.processes.length;
    const unix = this.kind.includes("UNIX");
    const many = this.kind !== "one process";
    const rpc = unix ? `unix:${this.directory}/rpc${number}.sock` : `127.0.0.1:${await freePort()}`;
    const config = {
      process: {
        id: `${name}-${number}`,
        roles,
        threads: 2,
        lease_ttl_ms: this.leaseTtlMs,
        log_level: process.env.PLEXUS_TEST_LOG ?? "info",
      },
      redis: { socket: this.redisSocket, prefix: `${this.databaseName}:` },
      listeners: { http: [], rpc: [unix ? { unix: rpc.slice(5) } : { bind: rpc }] },
      tenants: [
        {
          server_name: this.serverName,
          signing_key_file: this.keyFile,
          public_base_url: "http://127.0.0.1", // requests to any of our ports are this tenant's, also beside others
          registration: { enabled: true, shared_secret: this.sharedSecret },
          cheap_password_hashes: true,
          limits: Object.fromEntries(
            ["registration", "login", "message", "join", "request"].map((limit) => [limit, { per_second: 0 }]),
          ),
        },
      ],
    };
    if (many) config.rpc_security = { secret: this.rpcSecret };
    const isGatewayOnly = roles.length === 1 && roles[0] === "gateway";
    if (isGatewayOnly) {
      config.process.seeds = this.processes.filter((each) => each.rpc).map((each) => each.rpc);
    } else {
      config.database = { uri: this.databaseUri };
    }
    if (roles.includes("gateway")) await this.#addHttp(config, number, unix);
    const configFile = path.join(this.directory, `plexus${number}.yaml`);
    writeFileSync(configFile, JSON.stringify(config, null, 1)); // JSON is YAML
    const made = new PlexusProcess(`${name}-${number}`, roles, configFile, path.join(this.directory, `log${number}`));
    if (!isGatewayOnly) made.rpc = rpc;
    this.processes.push(made);
    await made.start();
    return made;
  }

  async #addHttp(config, number, unix) {
    if (!unix) {
      const port = await freePort();
      config.listeners.http.push({ bind: `127.0.0.1:${port}` });
      this.urls.push(`http://127.0.0.1:${port}`);
      return;
    }
    const socket = `${this.directory}/http${number}.sock`;
    config.listeners.http.push({ unix: socket });
    const made = await bridge(socket);
    this.bridges.push(made);
    this.urls.push(`http://127.0.0.1:${made.port}`);
  }

  withRole(role) {
    return this.processes.filter((each) => each.roles.includes(role));
  }

  /** The last lines of every log, for messages of failed tests. */
  logs(lines = 40) {
    return this.processes
      .map((each) => `--- ${each.name}\n${each.log().trimEnd().split("\n").slice(-lines).join("\n")}`)
      .join("\n");
  }

  async stop() {
    const failures = [];
    // Clients' side first, as an operator would.
    for (const each of [...this.processes].reverse()) {
      each.signal("SIGCONT");
      await each.stop().catch((error) => failures.push(error));
    }
    for (const each of this.bridges) each.close();
    if (this.databaseName) this.sql(`DROP DATABASE IF EXISTS ${this.databaseName} WITH (FORCE)`, required("PLEXUS_TEST_PG"));
    if (process.env.PLEXUS_TEST_KEEP === undefined) rmSync(this.directory, { recursive: true, force: true });
    if (failures.length > 0) throw new AggregateError(failures, failures.map((each) => each.message).join("\n"));
  }
}
