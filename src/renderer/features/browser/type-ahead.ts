/** Letters typed within this time of each other are one word. */
const WORD_MS = 900;

/** Collects what is typed into the word to jump to. Typing one letter again and again stays that letter. */
export function typeAhead() {
  let word = '';
  let last = -Infinity;
  const isTyping = (time: number) => time - last < WORD_MS && word !== '';
  return {
    isTyping,
    /** @param time in milliseconds, on any clock that only goes forward */
    add(letter: string, time: number): string {
      if (!isTyping(time)) word = '';
      word = word === letter ? letter : word + letter;
      last = time;
      return word;
    },
  };
}
