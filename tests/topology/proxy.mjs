// Stands between two processes, or a client and a process, and can cut, hold and slow what passes.
import { connect, createServer } from "node:net";

const MOST_QUEUED_BYTES = 4 << 20; // of one direction; beyond it the sender has to wait

/** One direction of a connection. Bytes leave in the order of their coming, each when the rules let it. */
class Lane {
  queue = [];
  queuedBytes = 0;
  ended = false;

  constructor(link, name, from, to) {
    Object.assign(this, { link, name, from, to });
    from.on("data", (chunk) => this.#take(chunk));
    from.on("end", () => this.#take(null));
    to.on("drain", () => this.flow());
  }

  #take(chunk) {
    this.ended ||= chunk === null;
    const delay = this.link.proxy.delay(this);
    if (delay > 0 && chunk) this.link.proxy.delayedBytes += chunk.length;
    this.queue.push({ chunk, due: Date.now() + delay });
    this.queuedBytes += chunk?.length ?? 0;
    if (this.queuedBytes > MOST_QUEUED_BYTES) this.from.pause();
    if (delay > 0) setTimeout(() => this.flow(), delay);
    else this.flow();
  }

  flow() {
    if (this.link.proxy.holds(this)) return;
    while (this.queue.length > 0 && this.queue[0].due <= Date.now() + 1 && !this.to.writableNeedDrain) {
      const { chunk } = this.queue.shift();
      if (chunk === null) {
        this.to.end();
        continue;
      }
      this.queuedBytes -= chunk.length;
      this.link.proxy.passedBytes += chunk.length;
      this.to.write(chunk);
    }
    if (this.queuedBytes < MOST_QUEUED_BYTES) this.from.resume();
  }
}

/** A connection through a proxy: `caller` names the process that made it, if the proxy was told how to find out. */
class Link {
  constructor(proxy, client, caller) {
    const upstream = connect({ ...proxy.target, allowHalfOpen: true });
    Object.assign(this, { proxy, client, caller, upstream });
    this.lanes = [new Lane(this, "requests", client, upstream), new Lane(this, "answers", upstream, client)];
    upstream.on("error", () => {});
    client.on("close", () => {
      proxy.links.delete(this);
      upstream.destroy();
    });
    // What a server said before it closed still reaches the client; its end is queued behind it.
    upstream.on("close", (failed) => {
      if (failed || !this.lanes[1].ended) client.destroy();
    });
  }

  break() {
    this.proxy.lostBytes += this.queuedBytes();
    this.client.destroy();
    this.upstream.destroy();
  }

  queuedBytes() {
    return this.lanes.reduce((sum, lane) => sum + lane.queuedBytes, 0);
  }
}

/**
 * Rules: {cut: true} ends connections and refuses new ones; {hold: "requests" | "answers" | "all"} lets nothing pass,
 * and what came meanwhile follows when the rule is lifted; {slowMs} delays. `from`, the name of a process, limits a rule
 * to the connections that it made.
 */
export class Proxy {
  links = new Set();
  rules = new Set();
  passedBytes = 0;
  delayedBytes = 0;
  lostBytes = 0;
  accepted = 0;
  broken = 0;
  refused = 0;

  /** `at` and `target` are {port} or {path}. `callerOf(socket, proxy)` resolves with the name of who has connected. */
  static async listen(at, target, callerOf = null) {
    const proxy = new Proxy();
    proxy.target = target.path ? { path: target.path } : { port: target.port, host: "127.0.0.1" };
    proxy.server = createServer({ pauseOnConnect: callerOf !== null, allowHalfOpen: true }, (client) =>
      proxy.#accept(client, callerOf),
    );
    const where = at.path ? { path: at.path } : { port: at.port ?? 0, host: "127.0.0.1" };
    await new Promise((resolve, reject) => proxy.server.on("error", reject).listen(where, resolve));
    proxy.port = at.path ? null : proxy.server.address().port;
    return proxy;
  }

  async #accept(client, callerOf) {
    client.on("error", () => {});
    const caller = callerOf ? await callerOf(client, this).catch(() => null) : null;
    if (this.#applying({ caller }).some((rule) => rule.cut)) {
      ++this.refused;
      client.destroy();
      return;
    }
    ++this.accepted;
    this.links.add(new Link(this, client, caller));
    if (callerOf) client.resume();
  }

  #applying(link) {
    return [...this.rules].filter((rule) => !rule.from || rule.from === link.caller);
  }

  holds(lane) {
    return this.#applying(lane.link).some((rule) => rule.hold === "all" || rule.hold === lane.name);
  }

  delay(lane) {
    return this.#applying(lane.link).reduce((sum, rule) => sum + (rule.slowMs ?? 0), 0);
  }

  /** Puts a rule in force; the answered function lifts it. */
  impose(rule) {
    this.rules.add(rule);
    if (rule.cut) {
      for (const link of [...this.links].filter((each) => !rule.from || rule.from === each.caller)) {
        ++this.broken;
        link.break();
      }
    }
    return () => {
      this.rules.delete(rule);
      for (const link of this.links) for (const lane of link.lanes) lane.flow();
    };
  }

  /** Bytes that wait in it now. */
  heldBytes() {
    return [...this.links].reduce((sum, link) => sum + link.queuedBytes(), 0);
  }

  close() {
    this.server.close();
    for (const link of [...this.links]) link.break();
  }
}
