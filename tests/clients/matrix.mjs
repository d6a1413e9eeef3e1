// matrix-js-sdk as the tests use it.
import * as sdk from "matrix-js-sdk";
import { logger } from "matrix-js-sdk/lib/logger.js";
import { eventually, sleep } from "../topology/wait.mjs";

logger.setLevel?.("silent");
const QUIET = { trace() {}, debug() {}, info() {}, warn() {}, error() {}, getChild: () => QUIET };

export { eventually, sdk };

/** Repeats while the server says that it cannot right now: what every client does. */
export async function patiently(action, withinMs = 30_000) {
  const until = Date.now() + withinMs;
  for (;;) {
    try {
      return await action();
    } catch (error) {
      const passing = error.httpStatus === undefined || error.httpStatus >= 502 || error.httpStatus === 429;
      if (!passing || Date.now() > until) throw error;
      await sleep(50);
    }
  }
}

/** Registers a user through the SDK's own flow and starts a syncing client. */
export async function newUser(url, localpart, options = {}) {
  const anonymous = sdk.createClient({ baseUrl: url, logger: QUIET });
  const params = { username: localpart, password: "a long password", initial_device_display_name: "test" };
  let session;
  try {
    await anonymous.registerRequest(params);
    throw new Error("registered without any stage");
  } catch (error) {
    if (error.httpStatus !== 401) throw error;
    session = error.data.session;
  }
  const account = await anonymous.registerRequest({ ...params, auth: { type: "m.login.dummy", session } });
  return startClient(url, account, options);
}

export async function startClient(url, account, { lazyLoadMembers = true } = {}) {
  const client = sdk.createClient({
    baseUrl: url,
    accessToken: account.access_token,
    userId: account.user_id,
    deviceId: account.device_id,
    logger: QUIET,
  });
  // Detached: what is being sent is no part of the timeline, whose order is then the server's.
  const pendingEventOrdering = sdk.PendingEventOrdering.Detached;
  await client.startClient({ initialSyncLimit: 50, lazyLoadMembers, pollTimeout: 5000, pendingEventOrdering });
  await eventually(`first sync of ${account.user_id}`, () => client.isInitialSyncComplete());
  return client;
}

/** Bodies of the messages in a room, as this client has put them together. */
export function bodies(client, roomId) {
  const room = client.getRoom(roomId);
  if (!room) return [];
  return room
    .getLiveTimeline()
    .getEvents()
    .filter((event) => event.getType() === "m.room.message" && !event.isRedacted())
    .map((event) => event.getContent().body);
}
