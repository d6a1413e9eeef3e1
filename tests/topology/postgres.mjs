// A Postgres of a run's own, made and started by ./dev services, to be maltreated.
import { execFile } from "node:child_process";
import { createConnection } from "node:net";
import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { runSql } from "./sql.mjs";
import { eventually } from "./wait.mjs";

const run = promisify(execFile);
const DEV = path.resolve(import.meta.dirname, "../../dev");

/** The message that asks for a statement in a connection of PrivatePostgres.takeConnection. */
export function simpleQuery(statement) {
  const text = Buffer.from(`${statement}\0`);
  const header = Buffer.alloc(5);
  header.write("Q");
  header.writeInt32BE(4 + text.length, 1);
  return Buffer.concat([header, text]);
}

export class PrivatePostgres {
  /** `instance` is the name for ./dev services. */
  static async start(instance) {
    const postgres = new PrivatePostgres();
    postgres.instance = instance;
    await postgres.up();
    const { stdout } = await run(DEV, ["services", "env", instance]);
    [, postgres.uri] = /PLEXUS_TEST_PG='([^']*)'/.exec(stdout);
    [, postgres.directory] = /host=(\S+)/.exec(postgres.uri);
    postgres.dataDirectory = await postgres.sql("SHOW data_directory");
    postgres.logFile = path.join(path.dirname(postgres.dataDirectory), "postgres.log");
    return postgres;
  }

  async up() {
    await run(DEV, ["services", "up", this.instance]);
  }

  async stop() {
    await run(DEV, ["services", "down", this.instance]);
  }

  sql(statement) {
    return runSql(this.uri, statement);
  }

  answers() {
    return this.sql("SELECT 1").then(
      () => true,
      () => false,
    );
  }

  /** Number of the user that it runs as. */
  owner() {
    return statSync(this.dataDirectory).uid;
  }

  postmaster() {
    return Number(readFileSync(path.join(this.dataDirectory, "postmaster.pid"), "utf8").split("\n")[0]);
  }

  /** The postmaster and every process that it has started. */
  pids() {
    const postmaster = this.postmaster();
    const parent = (pid) => {
      try {
        return Number(/^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]);
      } catch {
        return 0; // it has ended
      }
    };
    return [
      postmaster,
      ...readdirSync("/proc")
        .filter((each) => /^\d+$/.test(each) && parent(each) === postmaster)
        .map(Number),
    ];
  }

  /** SIGINT ends sessions and writes a checkpoint, SIGQUIT and SIGKILL leave the next start to recover from the log. */
  async end(signal) {
    const postmaster = this.postmaster();
    process.kill(postmaster, signal);
    const gone = () => {
      try {
        return !/^State:\s*[^Z]/m.test(readFileSync(`/proc/${postmaster}/status`, "utf8"));
      } catch {
        return true;
      }
    };
    await eventually("the postmaster has ended", gone, 30_000);
  }

  startedAt() {
    return this.sql("SELECT pg_postmaster_start_time()");
  }

  logSize() {
    return statSync(this.logFile).size;
  }

  logSince(size) {
    return readFileSync(this.logFile).subarray(size).toString();
  }

  /** Takes a connection with a few bytes of the protocol; resolves with its socket, or null if there is none to have. */
  takeConnection() {
    const parameters = Buffer.from("user\0plexus\0database\0postgres\0\0");
    const header = Buffer.alloc(8);
    header.writeInt32BE(header.length + parameters.length, 0);
    header.writeInt32BE(3 << 16, 4); // version 3.0
    const socket = createConnection(path.join(this.directory, ".s.PGSQL.5432"));
    return new Promise((resolve) => {
      socket.on("error", () => resolve(null));
      socket.on("close", () => resolve(null));
      socket.once("data", (answer) => {
        socket.resume(); // what else it says is of no interest
        if (answer[0] === "R".charCodeAt(0)) return resolve(socket);
        socket.destroy();
        return resolve(null);
      });
      socket.write(Buffer.concat([header, parameters]));
    });
  }
}
