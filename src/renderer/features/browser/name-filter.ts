const escape = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&').replace(/\\-/g, '\\x2d');

/** A text that names are looked through for, in either case and however its accents are spelled. */
export class NameFilter {
  /**
   * What to look for in names that are ASCII and in lower case, for the same result: one text, or none when no such name can
   * have it.
   */
  readonly ascii: readonly string[];
  readonly #inside: RegExp;
  readonly #start: RegExp;

  constructor(text: string) {
    const spellings = [...new Set([text, text.normalize('NFC'), text.normalize('NFD')])];
    const source = spellings.map(escape).join('|');
    this.#inside = new RegExp(source, 'iu');
    this.#start = new RegExp(source, 'iuy');
    // With these flags the Kelvin sign and the long s are a k and an s too, which is what upper and lower case make of them.
    const forAscii = spellings.filter((spelling) => /^[\0-\x7f]*$/iu.test(spelling));
    this.ascii = [...new Set(forAscii.map((spelling) => spelling.toUpperCase().toLowerCase()))];
  }

  isIn(name: string): boolean {
    return this.#inside.test(name);
  }

  starts(name: string): boolean {
    this.#start.lastIndex = 0;
    return this.#start.test(name);
  }
}
