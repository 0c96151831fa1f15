const WORDS =
  'bucket object prefix key version part the of and to in is that it was for on are as with his they at be this from'.split(
    ' ',
  );

/** Text of exactly `length` bytes that deflates to about a third, the same for the same `seed`. */
export function text(length: number, seed = 1): Buffer {
  const bytes = Buffer.alloc(length);
  let state = seed >>> 0 || 1;
  for (let at = 0; at < length;) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const word = (state >>> 8) % 5 === 0 ? state.toString(36) : (WORDS[(state >>> 16) % WORDS.length] ?? '');
    at += bytes.write(`${word} `, at);
  }
  return bytes;
}
