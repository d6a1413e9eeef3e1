// What befalls the connections of a process: those of its callers ("rpc"), or its own to Redis and Postgres.
import { choose } from "../targets.mjs";

const LINKS = ["rpc", "redis", "postgres"];

// The rule is imposed on each proxy in question; `proof` makes sentences of what they have counted since.
async function impose(run, fault, target, rule, count, proof) {
  const link = fault.link ?? "rpc";
  const { proxy } = run.plexus.proxies.find((each) => each.of === target.name && each.name === link);
  const callers = fault.from ? await choose(run, fault.from, fault.draw) : [null];
  const before = count(proxy);
  const lift = callers.map((caller) => proxy.impose(caller ? { ...rule, from: caller.name } : rule));
  const between = callers[0]
    ? `${callers.map((each) => each.name).join(", ")} > ${target.name}`
    : `${link} of ${target.name}`;
  const end = async () => {
    const happened = count(proxy) - before;
    for (const each of lift) each();
    return happened > 0 ? `${between}: ${proof(happened)}` : null;
  };
  return { happened: `${between}: ${JSON.stringify(rule)}`, end };
}

const cut = (run, fault, target) =>
  impose(
    run,
    fault,
    target,
    { cut: true },
    (proxy) => proxy.broken + proxy.refused,
    (n) => `${n} connections broken or refused`,
  );

const hold = (run, fault, target) =>
  impose(
    run,
    fault,
    target,
    { hold: fault.what ?? "all" },
    (proxy) => proxy.heldBytes(),
    (n) => `${n} bytes held back`,
  );

const slow = (run, fault, target) =>
  impose(
    run,
    fault,
    target,
    { slowMs: fault.ms },
    (proxy) => proxy.delayedBytes,
    (n) => `${n} bytes delayed`,
  );

function checkLink({ link = "rpc", from, what, ms, do: kind }, fail) {
  if (!LINKS.includes(link)) fail(`"link" is one of ${LINKS.join(", ")}`);
  if (from && link !== "rpc") fail(`"from" goes with the link "rpc"`);
  if (what && !["requests", "answers", "all"].includes(what)) fail(`"what" is one of requests, answers, all`);
  if (kind === "slow" && !(ms > 0)) fail(`needs "ms"`);
}

const link = ({ link = "rpc" }) => link;
const common = { on: true, lasts: true, check: checkLink, link };

export const NETWORK_KINDS = {
  cut: { ...common, keys: ["link", "from"], begin: cut },
  hold: { ...common, keys: ["link", "from", "what"], begin: hold },
  slow: { ...common, keys: ["link", "from", "ms"], begin: slow },
};
