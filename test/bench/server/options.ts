import { parseArgs } from 'node:util';

/** What the bench server has, and how quick it is. */
export interface ServerOptions {
  /** Objects in the bucket. */
  keys: number;
  /** All in one folder, or in as many as this. */
  folders: number;
  /** `odd` ends some keys in what has to be encoded, in a URL as in XML. */
  names: 'plain' | 'odd';
  /** Of the keys, without the dot. */
  extension: string;
  /** Of each object; undefined: sizes that vary, for listings, whose ETags are no digests. */
  bytes: number | undefined;
  /** Text deflates to about a third, `random` not at all. */
  body: 'text' | 'random';
  /** Of each object. Above 1 the bucket is versioned. */
  versions: number;
  /** Before each answer. */
  latencyMs: number;
  /** Bytes a second of one answer; undefined: as many as the socket takes. */
  bandwidth: number | undefined;
}

export const SERVER_FLAGS =
  '[--keys N] [--layout flat|folders:N] [--names plain|odd] [--extension tif] [--bytes N] [--body text|random] ' +
  '[--versions N] [--latency-ms N] [--bandwidth BYTES]';

const DEFAULTS: ServerOptions = {
  keys: 1000,
  folders: 0,
  names: 'plain',
  extension: 'tif',
  bytes: undefined,
  body: 'text',
  versions: 1,
  latencyMs: 0,
  bandwidth: undefined,
};

/**
 * Reads the server's flags.
 * @throws Error that names the flag and what it takes.
 */
export function readServerFlags(args: string[]): ServerOptions {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args,
    options: {
      keys: text,
      layout: text,
      names: text,
      extension: text,
      bytes: text,
      body: text,
      versions: text,
      'latency-ms': text,
      bandwidth: text,
    },
  });
  const whole = (flag: keyof typeof values, least: number, most: number): number | undefined => {
    const value = values[flag];
    if (value === undefined) return undefined;
    const number = Number(value);
    if (value !== '' && Number.isSafeInteger(number) && number >= least && number <= most) return number;
    throw new Error(`--${flag} is a whole number from ${least} to ${most}, not “${value}”.`);
  };
  const oneOf = <Word extends string>(flag: keyof typeof values, words: readonly Word[], usual: Word) => {
    const value = values[flag] ?? usual;
    const word = words.find((known) => known === value);
    if (word === undefined) throw new Error(`--${flag} is ${words.join(' or ')}, not “${value}”.`);
    return word;
  };
  const layout = values.layout ?? 'flat';
  const folders = layout === 'flat' ? 0 : Number(/^folders:(\d{1,5})$/.exec(layout)?.[1] ?? 0);
  if (layout !== 'flat' && folders === 0)
    throw new Error(`--layout is flat, or folders:N with N from 1 to 99999, not “${layout}”.`);
  const extension = values.extension ?? DEFAULTS.extension;
  if (!/^\w{1,10}$/.test(extension)) throw new Error(`--extension is letters, not “${extension}”.`);
  return {
    keys: whole('keys', 0, 20_000_000) ?? DEFAULTS.keys,
    folders,
    names: oneOf('names', ['plain', 'odd'], DEFAULTS.names),
    extension,
    bytes: whole('bytes', 0, 2 ** 43),
    body: oneOf('body', ['text', 'random'], DEFAULTS.body),
    versions: whole('versions', 1, 1000) ?? DEFAULTS.versions,
    latencyMs: whole('latency-ms', 0, 60_000) ?? DEFAULTS.latencyMs,
    bandwidth: whole('bandwidth', 1024, 2 ** 40),
  };
}

/** The flags that `readServerFlags` reads as these options. */
export function serverFlags(options: Partial<ServerOptions>): string[] {
  const { keys, folders, names, extension, bytes, body, versions, latencyMs, bandwidth } = options;
  const flags = {
    keys,
    layout: folders === undefined || folders === 0 ? undefined : `folders:${folders}`,
    names,
    extension,
    bytes,
    body,
    versions,
    'latency-ms': latencyMs,
    bandwidth,
  };
  return Object.entries(flags).flatMap(([flag, value]) =>
    value === undefined ? [] : [`--${flag}`, String(value)],
  );
}
