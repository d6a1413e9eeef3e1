// A user of the homeserver, who does what every Matrix client does when a request fails: tries again.
import assert from "node:assert/strict";
import { request } from "../../topology/http.mjs";

const PATIENCE_MS = 20_000;

// What a server may answer while something is broken; 0 is no answer at all. Anything else is its own mistake.
const PASSING = new Set([0, 429, 502, 503, 504]);
export const isPassing = (status) => PASSING.has(status);

export async function register(url, username) {
  const body = { username, password: "a long password" };
  const asked = await request(url, "POST", "/_matrix/client/v3/register", { body });
  assert.equal(asked.status, 401, asked.text);
  const auth = { type: "m.login.dummy", session: asked.body.session };
  const done = await request(url, "POST", "/_matrix/client/v3/register", { body: { ...body, auth } });
  assert.equal(done.status, 200, done.text);
  return done.body;
}

export class Client {
  /** Several URLs are several ways in: who gets no answer from one turns to the next. */
  constructor(urls, account, first = 0) {
    Object.assign(this, { urls, account, next: first });
  }

  get userId() {
    return this.account.user_id;
  }

  /** {status, body, text}; never rejects. `path` follows /_matrix/client/v3. */
  async request(method, path, body) {
    const url = this.urls[this.next % this.urls.length];
    try {
      const options = { token: this.account.access_token, body, timeoutMs: PATIENCE_MS };
      return await request(url, method, `/_matrix/client/v3${path}`, options);
    } catch (error) {
      ++this.next;
      return { status: 0, body: null, text: `${error} ${error.cause ?? ""}` };
    }
  }

  /** The body of a 200; an error otherwise. */
  async expect(method, path, body) {
    const answer = await this.request(method, path, body);
    assert.equal(answer.status, 200, `${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.body;
  }
}

/** Answers other than 200, in the order of their coming. */
export class Refusals {
  all = [];

  add(what, { status, text }) {
    this.all.push({ what, status, text, at: Date.now() });
  }

  /** Those that no fault excuses. */
  mistakes() {
    return this.all.filter(({ status }) => !isPassing(status));
  }
}
