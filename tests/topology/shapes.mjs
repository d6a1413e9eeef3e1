// Which processes a homeserver consists of. The first has a database, and migrates it before the others start.

const ALL = ["event_persister", "account", "room", "sync", "gateway"];
const alone = (...roles) => roles.map((role) => ({ name: role, roles: [role] }));

const OWNERS_AND_FRONT = [
  { name: "event_persister", roles: ["event_persister"], count: 2 },
  { name: "front", roles: ["account", "room", "sync", "gateway"] },
];

// Every role in processes of its own, and no role in one process only.
const MANY = [
  ...alone("event_persister", "account"),
  ...alone("event_persister", "account", "room", "sync", "sync", "gateway", "gateway"),
];

// The kinds of homeserver that every client is tried on.
export const TOPOLOGIES = ["one process", "many processes over TCP", "many processes over UNIX sockets"];
// The clients' side in one process, the owners of rooms in two others.
export const TWO_PERSISTERS = "two persisters over UNIX sockets";

export const SHAPES = {
  "one process": { over: "TCP", processes: [{ name: "gateway", roles: ALL }] },
  "two whole processes over UNIX sockets": { over: "UNIX", processes: [{ name: "whole", roles: ALL, count: 2 }] },
  "many processes over TCP": { over: "TCP", processes: MANY },
  "many processes over UNIX sockets": { over: "UNIX", processes: MANY },
  "two persisters over UNIX sockets": { over: "UNIX", processes: OWNERS_AND_FRONT },
  "two persisters over TCP": { over: "TCP", processes: OWNERS_AND_FRONT },
  "each role once over TCP": { over: "TCP", processes: alone(...ALL) },
  "two of clients' side over UNIX sockets": {
    over: "UNIX",
    processes: [
      { name: "owner", roles: ["event_persister", "account"] },
      { name: "front", roles: ["room", "sync", "gateway"], count: 2 },
    ],
  },
  "two of users' side over TCP": {
    over: "TCP",
    processes: [
      { name: "account", roles: ["account"], count: 2 },
      { name: "front", roles: ["event_persister", "room", "sync", "gateway"] },
    ],
  },
};
