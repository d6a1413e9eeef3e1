// plexusctl, and what processes show of themselves, against a homeserver in four processes.
import assert from "node:assert/strict";
import { request as httpRequest } from "node:http";
import { writeFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import path from "node:path";
import { register } from "../faults/load/client.mjs";
import { request } from "../topology/http.mjs";
import { Topology, TWO_PERSISTERS } from "../topology/topology.mjs";
import { eventually } from "../topology/wait.mjs";
import { plexusctl } from "./ctl.mjs";

function get(socketPath, target) {
  return new Promise((resolve, reject) => {
    const sent = httpRequest({ socketPath, path: target }, (answer) => {
      let text = "";
      answer.on("data", (chunk) => (text += chunk));
      answer.on("end", () => resolve({ status: answer.statusCode, text }));
    });
    sent.on("error", reject);
    sent.end();
  });
}

async function newRoom(url, token) {
  const made = await request(url, "POST", "/_matrix/client/v3/createRoom", { token, body: {} });
  assert.equal(made.status, 200, made.text);
  return made.body.room_id;
}

async function send(url, token, room, text) {
  const target = `/_matrix/client/v3/rooms/${encodeURIComponent(room)}/send/m.room.message/${Math.random()}`;
  const sent = await request(url, "PUT", target, { token, body: { msgtype: "m.text", body: text } });
  assert.equal(sent.status, 200, sent.text);
}

describe("plexusctl", () => {
  let plexus, config, alice, room;

  // Expects success; answers what was printed.
  const ctl = (...words) => {
    const { status, stdout, stderr } = plexusctl(...words, `--config=${config}`);
    assert.equal(status, 0, stderr);
    return stdout;
  };
  const json = (...words) => JSON.parse(ctl(...words, "--json"));

  before(async () => {
    plexus = await Topology.start(TWO_PERSISTERS);
    await plexus.add("gateway", ["gateway"]); // without a database: in nobody's directory
    config = plexus.processes[0].configFile;
    alice = await register(plexus.urls[0], "alice");
    // So many that both owners have some: each takes its shards when it is called for the first time.
    for (let i = 0; i < 16; ++i) room = await newRoom(plexus.urls[0], alice.access_token);
    await send(plexus.urls[0], alice.access_token, room, "hello");
    for (const url of plexus.urls) assert.equal((await request(url, "GET", "/_matrix/client/versions")).status, 200);
    const synced = await request(plexus.urls[0], "GET", "/_matrix/client/v3/sync?timeout=0", { token: alice.access_token });
    assert.equal(synced.status, 200, synced.text);
  });
  after(() => plexus?.stop());

  test("health shows every process with its roles", () => {
    const processes = json("health");
    for (const each of processes) assert.equal(each.ready, true, JSON.stringify(each));
    assert.deepEqual(processes.map((each) => [...each.roles].sort().join()).sort(), [
      "account,gateway,room,sync",
      "event_persister",
      "event_persister",
      "gateway",
    ]);
    const lines = ctl("health").trimEnd().split("\n");
    assert.match(lines[0], /^PROCESS +ADDRESS +ROLES +READY +WHY$/);
    assert.equal(lines.length, 5);
  });

  test("tenants are listed, added, shown by process and removed", () => {
    assert.deepEqual(json("tenants"), [
      { server_name: plexus.serverName, states: ["running"], processes: 4, error: "" },
    ]);
    const file = path.join(plexus.directory, "more.yaml");
    writeFileSync(file, JSON.stringify({ server_name: "more.test", signing_key_file: plexus.keyFile }));
    assert.equal(json("tenants", "add", file).length, 4);
    const places = json("tenants", "status", "more.test");
    assert.deepEqual(places.map((each) => each.state), ["running", "running", "running", "running"]);
    assert.equal(json("tenants", "list").length, 2);
    assert.match(ctl("tenants", "remove", "more.test"), /removed/);
    assert.equal(json("tenants").length, 1);
    const gone = plexusctl("tenants", "status", "more.test", `--config=${config}`);
    assert.equal(gone.status, 1);
    assert.match(gone.stderr, /NOT_FOUND: no process has the tenant more\.test/);
  });

  test("shards have owners, epochs and heads", async () => {
    const shards = await eventually("every shard has an owner", () => {
      const shown = json("shards", plexus.serverName);
      return shown.every((each) => each.owner !== "") && shown;
    });
    assert.deepEqual([...new Set(shards.map((each) => each.kind))], ["room", "user"]);
    assert.equal(shards.length, 32);
    const rooms = shards.filter((each) => each.kind === "room");
    assert.ok(rooms.some((each) => each.head > 0), "the rooms' logs have entries");
    assert.ok(rooms.every((each) => each.epoch >= 1));
    assert.equal(new Set(rooms.map((each) => each.owner)).size, 2, "two processes share them");
    assert.match(ctl("shards"), /^TENANT +KIND +SHARD +OWNER +EPOCH +HEAD\n/);
    assert.equal(plexusctl("shards", "nobody.test", `--config=${config}`).status, 1);
  });

  test("users are registered, listed and shown", () => {
    assert.deepEqual(json("users", "register", "operator", "--password=a long password", "--admin"), [
      { user_id: "@operator:plexus.test", kind: "admin" },
    ]);
    const users = json("users");
    assert.deepEqual(users.map((each) => each.user_id), ["@alice:plexus.test", "@operator:plexus.test"]);
    assert.equal(json("users", "list", "--limit=1").length, 1);
    const [shown] = json("users", "show", "@alice:plexus.test");
    assert.equal(shown.state, "active");
    assert.deepEqual(shown.devices, [alice.device_id]);
    const taken = plexusctl("users", "register", "operator", "--password=another one", `--config=${config}`);
    assert.equal(taken.status, 1);
    assert.match(taken.stderr, /M_USER_IN_USE/);
    assert.equal(plexusctl("users", "show", "nobody", `--config=${config}`).status, 1);
  });

  test("call reaches any RPC, and the owner of what it is about", () => {
    const profile = JSON.parse(ctl("call", "AccountService/GetProfile", '{"user_id":"@alice:plexus.test"}'));
    assert.deepEqual(profile, { body_json: { displayname: "alice" } });
    const full = JSON.parse(ctl("call", "plexus.platform.v1.TenantService/ListTenants"));
    assert.equal(full.tenants[0].server_name, plexus.serverName);
    for (const text of ["one", "two"]) {
      const sent = JSON.parse(
        ctl(
          "call",
          "EventPersisterService/SendEvent",
          JSON.stringify({
            room_id: room,
            requester: { user_id: "@alice:plexus.test" },
            type: "m.room.message",
            txn_id: text,
            body_json: { msgtype: "m.text", body: text },
          }),
        ),
      );
      assert.ok(JSON.stringify(sent).includes("$"), JSON.stringify(sent));
    }
  });

  test("services and describe say what can be called", () => {
    const services = json("services");
    const account = services.find((each) => each.service === "plexus.account.v1.AccountService");
    assert.equal(account.addresses.length, 1);
    assert.ok(account.methods > 30);
    assert.ok(services.find((each) => each.service.endsWith("DirectoryService")).addresses.length === 4);
    assert.match(ctl("describe", "AccountService/GetUser"), /rpc GetUser[^]*message GetUserRequest/);
    assert.match(ctl("describe", "plexus.account.v1.User"), /created_ts = 7/);
  });

  test("wrong arguments are told what is allowed, with exit code 2", () => {
    const wrong = [
      [[], /usage: plexusctl/],
      [["nothing"], /no command "nothing"/],
      [["health"], /--rpc=ADDRESS or --config=FILE/],
      [["health", "--rpc=nowhere"], /allowed: host:port or unix:\/path/],
      [["health", "--rcp=x"], /unknown option --rcp; allowed: --config, --json, --rpc/],
      [["health", "--rpc=127.0.0.1:1", "--timeout=0"], /allowed: 1 to 3600 seconds/],
      [["tenants", "move", `--config=${config}`], /none of list, status, add, remove/],
      [["tenants", "remove", `--config=${config}`], /say one server name/],
      [["users", "ban", `--config=${config}`], /none of list, show, register/],
      [["users", "list", "--limit=none", `--config=${config}`], /allowed: a number from 1/],
      [["call", "AccountService", `--config=${config}`], /say SERVICE\/METHOD/],
      [["call", "NoService/X", `--config=${config}`], /allowed: plexus\.account\.v1\.AccountService/],
      [["call", "AccountService/X", `--config=${config}`], /allowed: CheckToken/],
      [["call", "AccountService/GetUser", "{", `--config=${config}`], /not a JSON object/],
      [["call", "AccountService/GetUser", '{"usr":1}', `--config=${config}`], /not a plexus\.account\.v1\.GetUserRequest/],
      [["describe", "plexus.no.Such", `--config=${config}`], /there is no "plexus\.no\.Such"/],
    ];
    for (const [words, message] of wrong) {
      const { status, stderr } = plexusctl(...words);
      assert.equal(status, 2, `${words.join(" ")}: ${stderr}`);
      assert.match(stderr, message);
    }
  });

  test("nothing is answered without the secret", () => {
    for (const words of [["health"], ["services"], ["tenants"], ["shards"], ["describe", "plexus.account.v1.User"]]) {
      const { status, stdout, stderr } = plexusctl(...words, `--rpc=${plexus.processes[0].rpc}`);
      assert.equal(status, 1, words.join(" "));
      assert.match(stderr, /UNAUTHENTICATED/);
      assert.ok(!stdout.includes(plexus.serverName));
    }
  });

  test("every process shows its metrics and its health", async () => {
    for (const each of plexus.processes) {
      const health = await get(each.metricsSocket, "/health");
      assert.equal(health.status, 200);
      assert.deepEqual(JSON.parse(health.text), { ready: true, process: each.name });
      const { text } = await get(each.metricsSocket, "/metrics");
      for (const role of each.roles.filter((role) => role !== "gateway")) {
        assert.match(text, new RegExp(`plexus_rpc_calls_total\\{[^}]*role="${role}"`), `${each.name} counts calls of ${role}`);
      }
      if (each.roles.length > 1 || each.roles[0] !== "gateway") assert.match(text, /^plexus_pool_runs_total [1-9]/m);
      if (each.roles.includes("gateway")) assert.match(text, /^plexus_http_requests_total\{.*versions.*\} 1$/m);
      assert.match(text, /^plexus_ready 1$/m);
    }
  });

  test("each request is one line in the log of the process that it reaches, without what it says", async () => {
    const secret = "a word that no log may hold";
    await send(plexus.urls[0], alice.access_token, room, secret);
    const front = plexus.withRole("gateway")[0].log();
    const requests = front.split("\n").filter((line) => line.includes(" request ") && line.includes("/send/"));
    const last = requests.at(-1);
    const id = / request_id=(\S+)/.exec(last)[1];
    for (const field of [/ tenant=plexus\.test /, / room=!/, / user=@alice:plexus\.test /, / code=OK /, / ms=\d/]) {
      assert.match(last, field);
    }
    const persisters = plexus.withRole("event_persister").map((each) => each.log()).join("\n");
    const calls = persisters.split("\n").filter((line) => line.includes(` rpc request_id=${id} `));
    assert.equal(calls.length, 1, "the RPC has one line, with the request's id");
    for (const field of [/ method=\S+SendEvent /, / room=!/, / user=@alice:/, / code=OK /, / ms=\d/]) assert.match(calls[0], field);
    for (const each of plexus.processes) {
      assert.ok(!each.log().includes(secret), each.name);
      assert.ok(!each.log().includes(alice.access_token), each.name);
    }
  });

  test("health fails while a process is stuck", async () => {
    const stuck = plexus.processes[1];
    stuck.signal("SIGSTOP");
    try {
      const { status, stdout, stderr } = plexusctl("health", `--config=${config}`, "--json", "--timeout=1");
      assert.equal(status, 1);
      const unready = JSON.parse(stdout).filter((each) => !each.ready);
      assert.deepEqual(unready.map((each) => each.address), [stuck.rpc]);
      assert.match(stderr, /1 of 4 processes are not ready/);
    } finally {
      stuck.signal("SIGCONT");
    }
  });
});
