// What clients were told against what is stored and what every sync delivered. Pure.

const MOST_SHOWN = 5;

const shown = (list) => {
  const more = list.length > MOST_SHOWN ? ` and ${list.length - MOST_SHOWN} more` : "";
  return `${list.length}: ${list.slice(0, MOST_SHOWN).join(" ")}${more}`;
};

function duplicates(list) {
  const seen = new Set();
  return list.filter((each) => seen.has(each) || !seen.add(each));
}

function ifAny(what, list) {
  return list.length > 0 ? [`${what}: ${shown(list)}`] : [];
}

/** How two orders of the same room differ; none if they are equal. */
function orderProblems(what, got, wanted) {
  const inGot = new Set(got);
  const inWanted = new Set(wanted);
  const missing = wanted.filter((id) => !inGot.has(id));
  const extra = got.filter((id) => !inWanted.has(id));
  if (missing.length + extra.length > 0) {
    return [...ifAny(`${what} lacks`, missing), ...ifAny(`${what} has what is not stored`, extra)];
  }
  const at = got.findIndex((id, i) => id !== wanted[i]);
  if (at >= 0) return [`${what} differs from the log's order at ${at}: ${got[at]} instead of ${wanted[at]}`];
  return got.length === wanted.length ? [] : [`${what} has ${got.length} events for ${wanted.length} stored`];
}

function toldAgainstStored({ acknowledged, repeats }, stored) {
  const all = [...stored.values()].flat();
  const idOf = new Map(all.map(({ id, txn }) => [txn, id]));
  const storedIds = new Set(all.map(({ id }) => id));
  return [
    ...ifAny(
      "acknowledged, not stored",
      acknowledged.filter(({ id }) => !storedIds.has(id)).map(({ txn }) => txn),
    ),
    ...ifAny(
      "acknowledged with another event's id",
      acknowledged.filter(({ id, txn }) => idOf.has(txn) && idOf.get(txn) !== id).map(({ txn }) => txn),
    ),
    ...ifAny("answered to two requests", duplicates(acknowledged.map(({ id }) => id))),
    ...ifAny("stored twice for one transaction id", duplicates(all.map(({ txn }) => txn))),
    ...ifAny("stored twice", duplicates(all.map(({ id }) => id))),
    ...ifAny(
      "another id when repeated",
      repeats.filter(({ first, again }) => first !== again).map(({ txn }) => txn),
    ),
  ];
}

// A sender waits for each answer: what it sent first is stored first.
function toldOrder(acknowledged, room, log) {
  const place = new Map(log.map(({ id }, i) => [id, i]));
  const places = acknowledged.filter((each) => each.room === room && place.has(each.id)).map(({ id }) => place.get(id));
  const at = places.findIndex((each, i) => i > 0 && each <= places[i - 1]);
  return at < 0 ? [] : [`${room}: sent later, stored earlier: ${log[places[at]].txn}`];
}

function readerProblems(name, reader, rooms, stored) {
  const out = ifAny(`${name} was given twice`, reader.doubled);
  for (const room of rooms) {
    const known = reader.rooms.get(room) ?? { order: [], limited: 0 };
    const log = (stored.get(room) ?? []).map(({ id }) => id);
    out.push(...orderProblems(`${name} in ${room}`, known.order, log));
    if (known.limited > 0) out.push(`${name} has ${known.limited} gaps in ${room}`);
  }
  return out;
}

function freshProblems(name, reader, rooms, stored) {
  return rooms.flatMap((room) => {
    const got = reader.rooms.get(room)?.order ?? [];
    const log = (stored.get(room) ?? []).map(({ id }) => id);
    if (log.length > 0 && got.length === 0) return [`${name}, afresh, in ${room} has nothing`];
    return orderProblems(`${name}, afresh, in ${room}`, got, got.length > 0 ? log.slice(-got.length) : []);
  });
}

function noteProblems(name, { notes }, { acknowledged, attempted }, fresh) {
  const back = notes.findIndex((each, i) => i > 0 && each < notes[i - 1]);
  const out = back < 0 ? [] : [`${name}: the note went back from ${notes[back - 1]} to ${notes[back]}`];
  for (const [how, last] of [
    ["by sync", notes.at(-1) ?? 0],
    ["afresh", fresh.notes.at(-1) ?? 0],
  ]) {
    if (last < acknowledged || last > attempted)
      out.push(`${name}: the note is ${last} ${how}, ${acknowledged} was acknowledged`);
  }
  return out;
}

/**
 * What does not hold, a line each. `stored`: room -> [{id, txn}] in the order of the log. `readers` and `fresh` (what a
 * client that has just signed in is given) and `notes` belong to the same users, in the same order.
 */
export function deliveryProblems({ senders, rooms, readers, fresh, notes, stored }) {
  return [
    ...toldAgainstStored(senders, stored),
    ...rooms.flatMap((room) => toldOrder(senders.acknowledged, room, stored.get(room) ?? [])),
    ...readers.flatMap((reader, i) => readerProblems(`reader ${i}`, reader, rooms, stored)),
    ...fresh.flatMap((reader, i) => freshProblems(`reader ${i}`, reader, rooms, stored)),
    ...notes.flatMap((note, i) => noteProblems(`reader ${i}`, readers[i], note, fresh[i])),
  ];
}
