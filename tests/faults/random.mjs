// Numbers that a seed decides, the same on every machine.

function hash(text) {
  let h = 2166136261;
  for (const byte of Buffer.from(text)) h = Math.imul(h ^ byte, 16777619) >>> 0;
  return h;
}

/** mulberry32, seeded by a text. */
export class Random {
  constructor(seed) {
    this.state = hash(String(seed));
  }

  /** In [0, 1). */
  next() {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let t = this.state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }

  between(low, high) {
    return low + (high - low) * this.next();
  }

  pick(list) {
    return list[Math.floor(this.next() * list.length)];
  }
}
