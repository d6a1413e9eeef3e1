// The proxy does to connections what its rules say, and nothing else.
import assert from "node:assert/strict";
import { createServer, connect } from "node:net";
import { once } from "node:events";
import { afterEach, beforeEach, describe, test } from "node:test";
import { callerOf } from "../topology/callers.mjs";
import { Proxy } from "../topology/proxy.mjs";
import { eventually, sleep } from "../topology/wait.mjs";

describe("a proxy", () => {
  let server, proxy, client, received;

  const open = async () => {
    client = connect({ port: proxy.port, host: "127.0.0.1" });
    received = "";
    client.on("data", (chunk) => (received += chunk)).on("error", () => {});
    await once(client, "connect");
  };
  const heard = (text) => eventually(`echo of ${text}`, () => received === text, 2000);

  beforeEach(async () => {
    server = createServer({ allowHalfOpen: true }, (socket) => socket.on("error", () => {}).pipe(socket));
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
    proxy = await Proxy.listen({ port: 0 }, { port: server.address().port });
    await open();
  });
  afterEach(() => {
    client.destroy();
    proxy.close();
    server.close();
  });

  test("passes what comes, and the end of it", async () => {
    client.end("hello");
    await once(client, "end");
    assert.equal(received, "hello");
    assert.equal(proxy.passedBytes, 10);
  });

  test("cuts: ends connections, refuses new ones, and lets them in afterwards", async () => {
    client.write("hello");
    await heard("hello");
    const lift = proxy.impose({ cut: true });
    await once(client, "close");
    await open();
    await once(client, "close");
    assert.equal(proxy.broken, 1);
    assert.equal(proxy.refused, 1);
    lift();
    await open();
    client.write("again");
    await heard("again");
  });

  for (const what of ["requests", "answers", "all"]) {
    test(`holds ${what} back until the rule is lifted`, async () => {
      const lift = proxy.impose({ hold: what });
      client.write("hello");
      await eventually("it is held", () => proxy.heldBytes() === 5, 2000);
      await sleep(50);
      assert.equal(received, "");
      assert.equal(proxy.passedBytes, what === "answers" ? 5 : 0);
      lift();
      await heard("hello");
    });
  }

  test("slows both directions", async () => {
    proxy.impose({ slowMs: 60 });
    const from = Date.now();
    client.write("hello");
    await heard("hello");
    assert.ok(Date.now() - from >= 110, `${Date.now() - from} ms`);
    assert.equal(proxy.delayedBytes, 10);
  });

  test("loses what it held when it is cut", async () => {
    proxy.impose({ hold: "all" });
    client.write("hello");
    await eventually("it is held", () => proxy.heldBytes() === 5, 2000);
    proxy.impose({ cut: true });
    await once(client, "close");
    assert.equal(proxy.lostBytes, 5);
    assert.equal(received, "");
  });

  test("tells callers apart", async () => {
    const me = { name: "me", pid: process.pid, running: () => true };
    proxy.close();
    proxy = await Proxy.listen({ port: 0 }, { port: server.address().port }, (socket, of) =>
      callerOf(socket, of, [me]),
    );
    await open();
    client.write("hello");
    await heard("hello");
    const lift = proxy.impose({ cut: true, from: "another" });
    client.write("!");
    await heard("hello!");
    lift();
    proxy.impose({ cut: true, from: "me" });
    await once(client, "close");
  });
});
