// Clients that are connected and silent: ten thousand of them cost little, and nobody else notices.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { connect } from "node:net";
import { describe, test } from "node:test";
import { register } from "../faults/load/client.mjs";
import { request } from "../topology/http.mjs";
import { Topology } from "../topology/topology.mjs";
import { eventually } from "../topology/wait.mjs";

const CONNECTIONS = 10_000;
const AT_ONCE = 200; // being opened
const SPARE = 500; // descriptors for everything else
// Of the sanitized build, whose blocks are padded and kept for a while after they are freed.
const MOST_KILOBYTES_EACH = 64;

const descriptorLimit = (pid) => Number(/^Max open files +(\d+)/m.exec(readFileSync(`/proc/${pid}/limits`, "utf8"))[1]);
const openDescriptors = (pid) => readdirSync(`/proc/${pid}/fd`).length;
const residentKilobytes = (pid) => Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]);

// A connection that has been answered once and then says nothing.
function idleConnection(port) {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.write("GET /_matrix/client/versions HTTP/1.1\r\nHost: a\r\n\r\n"));
    socket.once("data", (answer) => {
      if (!answer.toString("latin1").startsWith("HTTP/1.1 200")) return reject(new Error(answer.toString("latin1")));
      socket.on("error", () => {});
      resolve(socket);
    });
    socket.once("error", reject);
    socket.once("close", () => reject(new Error("closed before it was answered")));
  });
}

describe("idle connections", () => {
  test("ten thousand are held in little memory, and the next client is served", async (t) => {
    const plexus = await Topology.start("one process");
    const sockets = [];
    try {
      const { pid } = plexus.processes[0].child;
      const needed = CONNECTIONS + SPARE;
      const allowed = Math.min(descriptorLimit(pid), descriptorLimit("self"));
      if (allowed < needed) return t.skip(`this machine allows a process ${allowed} descriptors; ${needed} are needed`);
      const url = plexus.urls[0];
      const port = Number(new URL(url).port);
      for (let i = 0; i < AT_ONCE; ++i) sockets.push(await idleConnection(port));
      const before = residentKilobytes(pid);
      const descriptors = openDescriptors(pid);
      while (sockets.length < CONNECTIONS + AT_ONCE) {
        sockets.push(...(await Promise.all(Array.from({ length: AT_ONCE }, () => idleConnection(port)))));
      }
      const each = (residentKilobytes(pid) - before) / CONNECTIONS;
      t.diagnostic(`${each.toFixed(1)} kB a connection`);
      assert.ok(each < MOST_KILOBYTES_EACH, `${each} kB a connection`);
      assert.ok(openDescriptors(pid) >= descriptors + CONNECTIONS);

      const { access_token: token, user_id } = await register(url, "late");
      const me = await request(url, "GET", "/_matrix/client/v3/account/whoami", { token });
      assert.equal(me.body.user_id, user_id);
      assert.ok(sockets.every((socket) => !socket.destroyed), "none was closed for it");

      for (const socket of sockets) socket.destroy();
      await eventually("their descriptors are free again", () => openDescriptors(pid) <= descriptors, 20_000);
    } finally {
      for (const socket of sockets) socket.destroy();
      await plexus.stop();
    }
  });
});
