// Every fault that a schedule can name.
import { CLOCK_KINDS } from "./clock.mjs";
import { DISK_KINDS } from "./disk.mjs";
import { NETWORK_KINDS } from "./network.mjs";
import { POSTGRES_KINDS } from "./postgres.mjs";
import { PROCESS_KINDS } from "./process.mjs";
import { REDIS_KINDS } from "./redis.mjs";

/**
 * By name, each with
 *   on      whether it strikes processes, which a schedule then names by "on";
 *   lasts   whether it lasts, which a schedule then says by "for";
 *   keys    what else a schedule may say;
 *   check   (fault, fail): whether what it says makes sense;
 *   link    (fault): which connections of a process have to lead through a proxy for it: "rpc", "redis", "postgres";
 *   volume  megabytes of the small file system that it needs the database to be on;
 *   clocks  whether processes need clocks that can be moved;
 *   begin   (run, fault, target): makes it happen and answers {happened, end}: the proof that it did, in words, and, if
 *           it lasts, how to end it, which answers the proof too. Both throw if it did not happen; `end` answers null if
 *           this target was spared, which not all of a fault's targets may be.
 */
export const KINDS = {
  ...PROCESS_KINDS,
  ...REDIS_KINDS,
  ...POSTGRES_KINDS,
  ...DISK_KINDS,
  ...CLOCK_KINDS,
  ...NETWORK_KINDS,
};
