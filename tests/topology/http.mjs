// Plain requests, without a client library.

/** Answers {status, body, text, headers}; `body` is null if the answer is not JSON. Rejects if there is no answer. */
export async function request(url, method, path, { token, body, timeoutMs } = {}) {
  const headers = { "content-type": "application/json" };
  if (token) headers.authorization = `Bearer ${token}`;
  const signal = timeoutMs ? AbortSignal.timeout(timeoutMs) : undefined;
  const sent = body === undefined ? undefined : JSON.stringify(body);
  const answer = await fetch(url + path, { method, headers, body: sent, signal });
  const text = await answer.text();
  let json = null;
  try {
    json = JSON.parse(text);
  } catch {
    // Not JSON: `body` stays null and the test says so.
  }
  return { status: answer.status, body: json, text, headers: answer.headers };
}
