// Homeservers come and go in running processes, by the command line, while another one carries traffic.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { request as httpRequest } from "node:http";
import path from "node:path";
import { Topology, TWO_PERSISTERS } from "../topology/topology.mjs";
import { finishLoad, startLoad } from "../faults/load/load.mjs";

// fetch() does not let a client choose its Host header.
function requestAs(host, url, method, target, body) {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(url + target, { method, headers: { host, "content-type": "application/json" } }, (answer) => {
      let text = "";
      answer.on("data", (chunk) => (text += chunk));
      answer.on("end", () => resolve({ status: answer.statusCode, body: JSON.parse(text) }));
    });
    sent.on("error", reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

describe("tenants of running processes", () => {
  let plexus, load, rpc, secretFile;
  const tenant = (...words) =>
    execFileSync(process.env.PLEXUS_BIN, ["tenant", ...words, `--rpc=${rpc}`, `--secret-file=${secretFile}`], { encoding: "utf8" });

  before(async () => {
    plexus = await Topology.start(TWO_PERSISTERS);
    rpc = plexus.processes[0].rpc;
    secretFile = path.join(plexus.directory, "rpc.secret");
    writeFileSync(secretFile, plexus.rpcSecret + "\n");
    await plexus.add("gateway", ["gateway"]); // without a database: in nobody's directory
    load = await startLoad(plexus, { rooms: 4 });
  });
  after(async () => {
    await load?.stop().catch(() => {});
    await plexus?.stop();
  });

  test("are added in every process, serve, and are removed, while another is busy", async () => {
    const file = path.join(plexus.directory, "second.yaml");
    const config = {
      server_name: "second.test",
      signing_key_file: plexus.keyFile,
      registration: { enabled: true },
      cheap_password_hashes: true,
    };
    writeFileSync(file, JSON.stringify(config));
    const added = tenant("add", `--file=${file}`);
    assert.equal(added.trim().split("\n").filter((line) => /\tsecond\.test\trunning/.test(line)).length, 4, added);

    const url = plexus.urls[0];
    const registered = { username: "eve", password: "a long password" };
    const asked = await requestAs("second.test", url, "POST", "/_matrix/client/v3/register", registered);
    assert.equal(asked.status, 401);
    const auth = { type: "m.login.dummy", session: asked.body.session };
    const eve = await requestAs("second.test", url, "POST", "/_matrix/client/v3/register", { ...registered, auth });
    assert.equal(eve.body.user_id, "@eve:second.test");
    const whoami = `/_matrix/client/v3/account/whoami?access_token=${eve.body.access_token}`;
    const elsewhere = await requestAs("second.test", plexus.urls[1], "GET", whoami);
    assert.equal(elsewhere.body.user_id, "@eve:second.test");

    assert.match(tenant("list"), /second\.test\trunning/);
    tenant("remove", "--server-name=second.test");
    assert.doesNotMatch(tenant("list"), /second\.test/);
    for (const each of plexus.urls) {
      const gone = await requestAs("second.test", each, "GET", whoami);
      assert.notEqual(gone.status, 200);
    }
    assert.deepEqual(load.refusals.all, [], "the other homeserver's clients noticed nothing");
    await finishLoad(plexus, load);
  });

  test("are refused with the reason when their configuration is wrong", () => {
    const file = path.join(plexus.directory, "wrong.yaml");
    writeFileSync(file, JSON.stringify({ server_name: "not a name" }));
    const words = ["tenant", "add", `--file=${file}`, `--rpc=${rpc}`, `--secret-file=${secretFile}`];
    const refused = spawnSync(process.env.PLEXUS_BIN, words, { encoding: "utf8" });
    assert.equal(refused.status, 1);
    assert.match(refused.stderr, /server_name is "not a name"/);
  });
});
