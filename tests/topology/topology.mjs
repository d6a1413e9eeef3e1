// Starts Plexus for a test: in one process, or every role in processes of its own, over TCP or UNIX sockets.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { randomBytes } from "node:crypto";
import path from "node:path";
import { callerOf } from "./callers.mjs";
import { required } from "./environment.mjs";
import { PlexusProcess } from "./process.mjs";
import { Proxy } from "./proxy.mjs";
import { SHAPES } from "./shapes.mjs";
import { runSql } from "./sql.mjs";

export { TOPOLOGIES, TWO_PERSISTERS } from "./shapes.mjs";

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A homeserver in one or many processes, with a database of its own. */
export class Topology {
  /**
   * `kind` is one of SHAPES. `proxied` says what a process reaches through a proxy of its own: {rpc, redis, postgres}.
   * `processKeys` (of the configuration) and `env` go to every process, `argsOf(name, directory)` to the command line of one.
   * `securityIn(directory)` makes the files of rpc_security and answers that part; without it there is a secret.
   */
  static async start(kind, options = {}) {
    const topology = new Topology();
    const { over, processes } = SHAPES[kind];
    const {
      leaseTtlMs = 2000,
      redisSocket = required("PLEXUS_TEST_REDIS"),
      postgresUri = required("PLEXUS_TEST_PG"),
      tablespace = null,
      proxied = {},
      processKeys = {},
      env = {},
      argsOf = () => [],
      securityIn = null,
    } = options;
    Object.assign(topology, { kind, over, leaseTtlMs, redisSocket, postgresUri, tablespace, proxied });
    Object.assign(topology, { processKeys, env, argsOf, securityIn });
    try {
      await topology.#prepare();
      await topology.#startAll(processes);
    } catch (error) {
      await topology.stop().catch(() => {});
      throw error;
    }
    return topology;
  }

  processes = [];
  urls = [];
  proxies = []; // {name, of, proxy}: of a process to "redis" or "postgres", or of its callers to "rpc"; "http" is a way in
  serverName = "plexus.test";
  sharedSecret = "secret of the tests";

  async #prepare() {
    this.directory = mkdtempSync("/tmp/plexus-topology-");
    this.rpcSecret = randomBytes(16).toString("hex");
    this.rpcSecurity = this.securityIn ? this.securityIn(this.directory) : { secret: this.rpcSecret };
    this.keyFile = path.join(this.directory, "signing.key");
    execFileSync(required("PLEXUS_BIN"), ["keygen", `--out=${this.keyFile}`]);
    this.databaseName = `plexus_topology_${randomBytes(6).toString("hex")}`;
    const where = this.tablespace ? ` TABLESPACE ${this.tablespace}` : "";
    await runSql(
      this.postgresUri,
      `CREATE DATABASE ${this.databaseName} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'${where}`,
    );
    this.databaseUri = this.postgresUri.replace(/dbname=\S+/, "") + ` dbname=${this.databaseName}`;
  }

  /** Runs SQL in the topology's database; see runSql. */
  sql(statement) {
    return runSql(this.databaseUri, statement);
  }

  /** The schema of the homeserver that its processes were started with, whatever others were added since. */
  async schema() {
    const wanted = this.serverName.replace(/[^a-z0-9]/g, "_");
    this.knownSchema ||= await this.sql(
      `SELECT schemaname FROM pg_tables WHERE tablename = 'shard' AND schemaname LIKE 't\\_${wanted}%'`,
    );
    return this.knownSchema;
  }

  async #startAll(parts) {
    const all = parts.flatMap(({ name, roles, count = 1 }) => Array.from({ length: count }, () => ({ name, roles })));
    // The first process migrates; the others find the schema as it must be.
    await this.add(all[0].name, all[0].roles);
    const made = [];
    for (const { name, roles } of all.slice(1)) made.push(await this.#make(name, roles));
    await Promise.all(made.map((each) => each.start()));
  }

  /** Starts another process with these roles; answers it. */
  async add(name, roles) {
    const made = await this.#make(name, roles);
    await made.start();
    return made;
  }

  async #make(name, roles) {
    const number = this.processes.length;
    const id = `${name}-${number}`;
    const unix = this.over === "UNIX";
    const many = SHAPES[this.kind].processes.length > 1 || SHAPES[this.kind].processes[0].count > 1;
    const rpc = unix ? `unix:${this.directory}/rpc${number}.sock` : `127.0.0.1:${await freePort()}`;
    const isGatewayOnly = roles.length === 1 && roles[0] === "gateway";
    const config = {
      process: {
        id,
        roles,
        threads: 2,
        lease_ttl_ms: this.leaseTtlMs,
        log_level: process.env.PLEXUS_TEST_LOG ?? "info",
        ...this.processKeys,
      },
      redis: { socket: await this.#redisFor(id, number), prefix: `${this.databaseName}:` },
      listeners: {
        http: [],
        rpc: [unix ? { unix: rpc.slice(5) } : { bind: rpc }],
        metrics: [{ unix: `${this.directory}/metrics${number}.sock` }],
      },
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
    if (many) config.rpc_security = this.rpcSecurity;
    if (isGatewayOnly) {
      config.process.seeds = this.processes.filter((each) => each.rpc).map((each) => each.rpc);
    } else {
      config.database = { uri: await this.#postgresFor(id, number) };
    }
    if (roles.includes("gateway")) await this.#addHttp(config, id, number, unix);
    const configFile = path.join(this.directory, `plexus${number}.yaml`);
    const logFile = path.join(this.directory, `log${number}`);
    const made = new PlexusProcess({
      name: id,
      roles,
      configFile,
      logFile,
      args: this.argsOf(id, this.directory),
      env: this.env,
    });
    made.metricsSocket = config.listeners.metrics[0].unix;
    if (!isGatewayOnly) made.rpc = await this.#advertise(config, id, number, rpc);
    writeFileSync(configFile, JSON.stringify(config, null, 1)); // JSON is YAML
    this.processes.push(made);
    return made;
  }

  async #proxy(of, name, at, target, identify = null) {
    const proxy = await Proxy.listen(at, target, identify);
    this.proxies.push({ of, name, proxy });
    return proxy;
  }

  async #redisFor(id, number) {
    if (!this.proxied.redis) return this.redisSocket;
    const socket = `${this.directory}/redis${number}.sock`;
    await this.#proxy(id, "redis", { path: socket }, { path: this.redisSocket });
    return socket;
  }

  async #postgresFor(id, number) {
    if (!this.proxied.postgres) return this.databaseUri;
    const directory = `${this.directory}/pg${number}`;
    mkdirSync(directory);
    const [, host] = /host=(\S+)/.exec(this.databaseUri);
    const file = ".s.PGSQL.5432";
    await this.#proxy(id, "postgres", { path: `${directory}/${file}` }, { path: `${host}/${file}` });
    return this.databaseUri.replace(/host=\S+/, `host=${directory}`);
  }

  // Where the others reach it.
  async #advertise(config, id, number, rpc) {
    if (!this.proxied.rpc) return rpc;
    if (this.over === "UNIX") {
      const socket = `${this.directory}/via${number}.sock`;
      await this.#proxy(id, "rpc", { path: socket }, { path: rpc.slice(5) });
      config.process.advertise = `unix:${socket}`;
    } else {
      const identify = (socket, proxy) => callerOf(socket, proxy, this.processes);
      const proxy = await this.#proxy(id, "rpc", { port: 0 }, { port: Number(rpc.split(":")[1]) }, identify);
      config.process.advertise = `127.0.0.1:${proxy.port}`;
    }
    return config.process.advertise;
  }

  // Clients know only URLs: a UNIX socket gets a TCP port.
  async #addHttp(config, id, number, unix) {
    if (!unix) {
      const port = await freePort();
      config.listeners.http.push({ bind: `127.0.0.1:${port}` });
      this.urls.push(`http://127.0.0.1:${port}`);
      return;
    }
    const socket = `${this.directory}/http${number}.sock`;
    config.listeners.http.push({ unix: socket });
    const proxy = await this.#proxy(id, "http", { port: 0 }, { path: socket });
    this.urls.push(`http://127.0.0.1:${proxy.port}`);
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

  /** Ends every process with SIGTERM, the clients' side first, as an operator would. */
  async stopProcesses() {
    const failures = [];
    for (const each of [...this.processes].reverse()) {
      each.signal("SIGCONT");
      await each.stop().catch((error) => failures.push(error));
    }
    if (failures.length > 0) throw new AggregateError(failures, failures.map((each) => each.message).join("\n"));
  }

  /** Ends the processes and leaves nothing behind; with `keep`, the directory with configurations and logs. */
  async stop({ keep = false } = {}) {
    try {
      await this.stopProcesses();
    } finally {
      for (const { proxy } of this.proxies) proxy.close();
      if (this.databaseName)
        await runSql(this.postgresUri, `DROP DATABASE IF EXISTS ${this.databaseName} WITH (FORCE)`);
      if (!keep && process.env.PLEXUS_TEST_KEEP === undefined) rmSync(this.directory, { recursive: true, force: true });
    }
  }
}
