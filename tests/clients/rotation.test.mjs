// The shared secret, and the certificates, of running processes change while a homeserver is busy.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import path from "node:path";
import { finishLoad, startLoad } from "../faults/load/load.mjs";
import { Topology, TWO_PERSISTERS } from "../topology/topology.mjs";
import { eventually } from "../topology/wait.mjs";
import { plexusctl } from "./ctl.mjs";

/** Changes a process's configuration file and tells it; resolves with the log line that answers. */
async function reconfigure(each, change) {
  const config = JSON.parse(readFileSync(each.configFile, "utf8"));
  change(config);
  writeFileSync(each.configFile + ".new", JSON.stringify(config));
  renameSync(each.configFile + ".new", each.configFile);
  const from = each.logSize();
  each.signal("SIGHUP");
  return eventually(`${each.name} has read its file again`, () => /^.* (not )?reloaded .*$/m.exec(each.log(from))?.[0]);
}

describe("the secret of running processes", () => {
  let plexus, load;
  const healthWith = (secret) => {
    const file = path.join(plexus.directory, "some.secret");
    writeFileSync(file, secret);
    return plexusctl("health", `--rpc=${plexus.processes[0].rpc}`, `--secret-file=${file}`).status;
  };
  const reconfigureAll = async (change) => {
    for (const each of plexus.processes) assert.doesNotMatch(await reconfigure(each, change), /not reloaded/);
  };

  before(async () => {
    plexus = await Topology.start(TWO_PERSISTERS);
    load = await startLoad(plexus, { rooms: 4 });
  });
  after(async () => {
    await load?.stop().catch(() => {});
    await plexus?.stop();
  });

  test("changes in three steps, and no request of a client fails", async () => {
    const before = plexus.rpcSecret;
    const next = randomBytes(16).toString("hex");
    assert.equal(healthWith(next), 1, "the new one is not known yet");
    await reconfigureAll((config) => (config.rpc_security = { secret: before, previous_secret: next }));
    await sleep(200);
    await reconfigureAll((config) => (config.rpc_security = { secret: next, previous_secret: before }));
    await sleep(200);
    assert.equal(healthWith(before), 0, "both are accepted meanwhile");
    await reconfigureAll((config) => (config.rpc_security = { secret: next }));
    await sleep(200);
    assert.equal(healthWith(next), 0);
    assert.equal(healthWith(before), 1, "the old one is of no use any more");
    assert.deepEqual(load.refusals.all, []);
    await finishLoad(plexus, load);
  });

  test("stays as it is when the file is wrong", async () => {
    const line = await reconfigure(plexus.processes[0], (config) => (config.rpc_security = { secrets: "typo" }));
    assert.match(line, /not reloaded why=.*unknown key .*secrets/);
    assert.ok(plexus.processes[0].running());
  });
});

/** A directory with a CA and a certificate for 127.0.0.1 that it signed. */
function makeCertificates(directory) {
  const run = (...words) => execFileSync("openssl", words, { cwd: directory, stdio: "pipe" });
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  run("req", "-x509", ...key, "-days", "2", "-subj", "/CN=ca", "-keyout", "ca.key", "-out", "ca.pem");
  run("req", ...key, "-subj", "/CN=node", "-keyout", "node.key", "-out", "node.csr");
  writeFileSync(path.join(directory, "san"), "subjectAltName=IP:127.0.0.1");
  run("x509", "-req", "-in", "node.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-extfile", "san", "-out", "node.pem");
}

describe("mutual TLS between processes", () => {
  let plexus, load;

  before(async () => {
    const securityIn = (directory) => {
      makeCertificates(directory);
      const file = (name) => path.join(directory, name);
      return { certificate_file: file("node.pem"), key_file: file("node.key"), ca_file: file("ca.pem") };
    };
    plexus = await Topology.start("two persisters over TCP", { securityIn });
    load = await startLoad(plexus, { rooms: 4 });
  });
  after(async () => {
    await load?.stop().catch(() => {});
    await plexus?.stop();
  });

  test("carries all traffic, and lets nobody in without a certificate", async () => {
    assert.equal(plexusctl("health", `--config=${plexus.processes[0].configFile}`).status, 0);
    const stranger = plexusctl("health", `--rpc=${plexus.processes[0].rpc}`, "--timeout=3");
    assert.equal(stranger.status, 1);
    assert.match(stranger.stderr, /UNAVAILABLE|DEADLINE_EXCEEDED/);
    assert.deepEqual(load.refusals.all, []);
    await finishLoad(plexus, load);
  });
});
