import { settingNames, type SettingName } from '#shared/bucket-settings.ts';
import type { FailureKind } from '#shared/failure.ts';
import type { Bucket, ObjectVersion } from '#shared/objects.ts';
import { type Feature, features, type Profile, type Support } from '#shared/profile.ts';
import { isAbort, StorageError } from './errors.ts';
import type { CallOptions, ObjectRef, Storage } from './storage.ts';

export interface ProbeOptions extends CallOptions {
  /** Ask this bucket. Left out: the first that answers. */
  bucket?: string | undefined;
  addressing: Profile['addressing'];
}

/** Buckets that are tried when the first ones may not be looked into. */
const BUCKETS_TRIED = 5;
/** Objects that are looked at for one to ask about. */
const SAMPLE_KEYS = 20;
const LINK_SECONDS = 60;

const YES: Support = { offered: 'yes' };
const UNKNOWN: Support = { offered: 'unknown' };
const no = (reason: string): Support => ({ offered: 'no', reason });
const NOTHING_KNOWN: Profile['features'] = Object.fromEntries(features.map((feature) => [feature, UNKNOWN]));

/**
 * Finds out what a server can do, by questions that change nothing, asked of one bucket. What is refused to these
 * credentials stays `unknown`. So does `bulkDeleteVersions`, always: only deleting would tell.
 *
 * @throws StorageError when the server cannot be reached, or does not accept the credentials.
 */
export async function probe(
  storage: Storage,
  { bucket: named, addressing, signal }: ProbeOptions,
): Promise<Profile> {
  const options = { signal };
  const sample = await findSample(storage, named, options);
  const { bucket } = sample;
  const [known, versionOrder, digest] = await Promise.all([
    askFeatures(storage, sample, options),
    askOrder(storage, bucket, options),
    askDigest(storage, bucket, options),
  ]);
  const server = storage.server?.();
  return {
    probedAt: new Date().toISOString(),
    ...(bucket !== undefined && { bucket }),
    ...(server !== undefined && { server }),
    features: { ...known, ...digestFeatures(digest) },
    versionOrder,
    deleteNeedsMd5: needsMd5[digest],
    addressing,
  };
}

/** What is asked about: a bucket, and an object in it, where there are such; one with an object, if it is among the first. */
interface Sample {
  bucket?: string;
  object?: ObjectRef;
}

async function findSample(
  storage: Storage,
  named: string | undefined,
  options: CallOptions,
): Promise<Sample> {
  const candidates = named === undefined ? await bucketsToAsk(storage, options) : [named];
  let empty: string | undefined;
  for (const bucket of candidates) {
    const page = await unlessRefused(
      storage.listPage({ bucket, maxKeys: SAMPLE_KEYS }, options),
      options.signal,
    );
    if (page === undefined) continue;
    // HCP lists folders that it does not answer for.
    const found = page.objects.find(({ key }) => !key.endsWith('/'));
    if (found !== undefined) return { bucket, object: { bucket, key: found.key } };
    empty ??= bucket;
  }
  const bucket = empty ?? candidates[0];
  return bucket === undefined ? {} : { bucket };
}

/** Those of others, which the Management API knows of, would refuse. */
async function bucketsToAsk(storage: Storage, options: CallOptions): Promise<string[]> {
  const buckets = (await unlessRefused(storage.listBuckets(options), options.signal)) ?? [];
  const isOurs = ({ known }: Bucket) => known !== 'by-management';
  return buckets
    .filter(isOurs)
    .slice(0, BUCKETS_TRIED)
    .map(({ name }) => name);
}

type Answer = readonly [Feature, Support];

async function askFeatures(
  storage: Storage,
  { bucket, object }: Sample,
  options: CallOptions,
): Promise<Profile['features']> {
  const { signal } = options;
  const ask = async (feature: Feature, question: Promise<unknown>): Promise<Answer> => [
    feature,
    await support(question, signal),
  ];
  const example = object ?? { bucket: bucket ?? 'bucket', key: 'key' };
  const link = { ...example, method: 'get_object', expiresSeconds: LINK_SECONDS } as const;
  const answers = await Promise.all([
    askManagement(storage, bucket, options),
    ask('presign', storage.presign(link, options)), // sends nothing
    ...(bucket === undefined
      ? []
      : [
          ...settingNames.map((name) => askSetting(storage, bucket, name, options)),
          ask('uploads', storage.listUploadsPage({ bucket }, options)),
        ]),
    ...(object === undefined
      ? []
      : [
          ask('objectAcl', storage.readObjectAcl(object, options)),
          ask('objectTags', storage.readObjectTags(object, options)),
        ]),
  ]);
  return { ...NOTHING_KNOWN, ...Object.fromEntries(answers) };
}

async function askSetting(
  storage: Storage,
  bucket: string,
  name: SettingName,
  options: CallOptions,
): Promise<Answer> {
  const setting = await unlessRefused(storage.readSetting(bucket, name, options), options.signal);
  if (setting === undefined) return [name, UNKNOWN];
  return [name, setting.state === 'not-offered' ? no(setting.reason) : YES];
}

/** S3 works without the Management API: that it does not answer, on a port of its own, is no reason to give up. */
async function askManagement(
  { namespaces }: Storage,
  bucket: string | undefined,
  options: CallOptions,
): Promise<Answer> {
  if (namespaces === undefined) return ['management', no('Only a Hitachi Content Platform has one.')];
  if (bucket === undefined) return ['management', UNKNOWN];
  try {
    await namespaces.exists(bucket, options);
    return ['management', YES];
  } catch (error) {
    if (isAbort(error, options.signal) || !(error instanceof StorageError)) throw error;
    return ['management', no(error.message)];
  }
}

/** Which way the versions of a key are listed; known as soon as the first page has two of one key. */
async function askOrder(
  storage: Storage,
  bucket: string | undefined,
  options: CallOptions,
): Promise<Profile['versionOrder']> {
  if (bucket === undefined) return 'unknown';
  const page = await ifOffered(storage.listVersionsPage({ bucket }, options), options.signal);
  return orderOf(page?.versions ?? []);
}

async function askDigest(
  storage: Storage,
  bucket: string | undefined,
  options: CallOptions,
): Promise<Digest> {
  if (bucket === undefined) return 'unknown';
  return (await unlessRefused(storage.deleteDigest(bucket, options), options.signal)) ?? 'unknown';
}

/** By the dates of neighbours with one key; where those are equal, by which is the latest. */
export function orderOf(versions: readonly ObjectVersion[]): Profile['versionOrder'] {
  for (const [i, second] of versions.entries()) {
    const first = versions[i - 1];
    if (first === undefined || first.key !== second.key) continue;
    const later = first.modifiedAt.getTime() - second.modifiedAt.getTime();
    if (later > 0 || (later === 0 && first.isLatest)) return 'newest-first';
    if (later < 0 || second.isLatest) return 'oldest-first';
  }
  return 'unknown';
}

type Digest = Awaited<ReturnType<Storage['deleteDigest']>>;

const needsMd5: Record<Digest, Profile['deleteNeedsMd5']> = { any: 'no', md5: 'yes', unknown: 'unknown' };

/** An answer to the question about checksums says that many objects can be deleted at once, too. */
function digestFeatures(digest: Digest): Profile['features'] {
  const bulk = { bulkDelete: digest === 'unknown' ? UNKNOWN : YES, bulkDeleteVersions: UNKNOWN };
  switch (digest) {
    case 'any':
      return { ...bulk, checksums: YES };
    case 'md5':
      return { ...bulk, checksums: no('The server wants Content-MD5 and refuses the newer checksums.') };
    case 'unknown':
      return { ...bulk, checksums: UNKNOWN };
  }
}

/** Whether a question is answered, or the server says that it has no such thing. */
async function support(question: Promise<unknown>, signal: AbortSignal | undefined): Promise<Support> {
  try {
    const answer = await unlessRefused(
      question.then(() => YES),
      signal,
    );
    return answer ?? UNKNOWN;
  } catch (error) {
    if (error instanceof StorageError && error.kind === 'not-supported') return no(error.message);
    throw error;
  }
}

/** The answer; undefined when the question was refused, or the server has no such thing. */
async function ifOffered<T>(question: Promise<T>, signal: AbortSignal | undefined): Promise<T | undefined> {
  try {
    return await unlessRefused(question, signal);
  } catch (error) {
    if (error instanceof StorageError && error.kind === 'not-supported') return undefined;
    throw error;
  }
}

/** Failures of one question that say nothing of the next. With any other there is no use in asking on. */
const REFUSALS: ReadonlySet<FailureKind> = new Set<FailureKind>([
  'access-denied',
  'not-found',
  'wrong-region',
  'conflict',
  'invalid-input',
  'server-error',
  'throttled',
]);

/** The answer; undefined when this one question was refused. */
async function unlessRefused<T>(
  question: Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T | undefined> {
  try {
    return await question;
  } catch (error) {
    if (isAbort(error, signal) || !(error instanceof StorageError) || !REFUSALS.has(error.kind)) throw error;
    return undefined;
  }
}
