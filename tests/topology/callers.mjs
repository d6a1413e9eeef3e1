// Which process is at the other end of a TCP connection on this machine, as /proc tells.
import { readdir, readFile, readlink } from "node:fs/promises";

const hex = (port) => port.toString(16).toUpperCase().padStart(4, "0");

// A socket of either family: many programs reach 127.0.0.1 by one of IPv6.
async function inodeOf(localPort, remotePort) {
  const tables = await Promise.all(
    ["tcp", "tcp6"].map((each) => readFile(`/proc/net/${each}`, "utf8").catch(() => "")),
  );
  for (const line of tables.flatMap((table) => table.split("\n").slice(1))) {
    const fields = line.trim().split(/\s+/);
    if (fields[1]?.endsWith(`:${hex(localPort)}`) && fields[2]?.endsWith(`:${hex(remotePort)}`)) return fields[9];
  }
  return null;
}

async function hasSocket(pid, inode) {
  const links = await readdir(`/proc/${pid}/fd`).catch(() => []);
  for (const fd of links) {
    if ((await readlink(`/proc/${pid}/fd/${fd}`).catch(() => "")) === `socket:[${inode}]`) return true;
  }
  return false;
}

/** Name of the process among `processes` that made the connection which `proxy` accepted as `socket`; null if none. */
export async function callerOf(socket, proxy, processes) {
  const inode = await inodeOf(socket.remotePort, proxy.port);
  if (inode === null) return null;
  for (const each of processes) {
    if (each.running() && (await hasSocket(each.pid, inode))) return each.name;
  }
  return null;
}
