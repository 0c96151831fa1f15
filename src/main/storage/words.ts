import type { FailureKind } from '#shared/failure.ts';
import type { StorageErrorDetails } from './errors.ts';

interface Words {
  /** What happened, to what: a sentence without its full stop, for when the place of failure knows no better one. */
  happened: (details: StorageErrorDetails) => string;
  /** What to do next: one sentence. */
  nextStep: string;
}

/** The words that a person reads for each kind of failure. */
export const words: Record<FailureKind, Words> = {
  'not-found': {
    happened: (d) => `${capital(subject(d))} does not exist`,
    nextStep: 'Reload the listing: it may have been deleted or renamed since.',
  },
  'already-exists': {
    happened: (d) => `${capital(subject(d))} exists already`,
    nextStep: 'Choose another name.',
  },
  'access-denied': {
    happened: (d) => `This access key may not ${verb(d)} ${subject(d)}`,
    nextStep: 'Ask the owner of the bucket for permission, or connect with another access key.',
  },
  'bad-credentials': {
    happened: () => 'The server does not accept the access key or its secret',
    nextStep: 'Check the access key and the secret in the connection.',
  },
  'expired-credentials': {
    happened: () => 'The access key or its session has expired',
    nextStep: 'Get new keys and put them into the connection.',
  },
  'clock-skew': {
    happened: () => "This computer's clock differs too much from the server's",
    nextStep: "Set this computer's date, time and time zone right, then try again.",
  },
  changed: {
    happened: (d) => `${capital(subject(d))} is no longer the one that was listed`,
    nextStep: 'Reload the listing, then try again with the object as it is now.',
  },
  conflict: {
    happened: (d) => `The server cannot ${verb(d)} ${subject(d)} in the state that it is in`,
    nextStep: 'Look at what the server says, and try again when that has changed.',
  },
  'invalid-input': {
    happened: (d) => `The server cannot ${verb(d)} ${subject(d)}: it finds the request invalid`,
    nextStep: 'Correct what the message names, then try again.',
  },
  'not-supported': {
    happened: (d) => `The server is not able to ${verb(d)} ${subject(d)} in this way`,
    nextStep: 'Do without it on this server, or ask its administrator whether it can be switched on.',
  },
  'not-empty': {
    happened: (d) => `${capital(subject(d))} is not empty`,
    nextStep: 'Empty it first; old versions, delete markers and unfinished uploads count too.',
  },
  locked: {
    happened: (d) => `${capital(subject(d))} is kept by a retention period or a legal hold`,
    nextStep: 'Wait until the retention ends, or ask who may release it.',
  },
  'wrong-region': {
    happened: (d) => `${capital(subject(d))} is served from elsewhere`,
    nextStep: "Set the connection's region, and its endpoint, to where the bucket is.",
  },
  throttled: {
    happened: (d) => `The server was too busy to ${verb(d)} ${subject(d)}`,
    nextStep: 'Try again in a while.',
  },
  'server-error': {
    happened: (d) => `The server failed to ${verb(d)} ${subject(d)}`,
    nextStep: 'Try again in a while; if it stays so, tell the administrator of the server.',
  },
  unreachable: {
    happened: () => 'The server cannot be reached',
    nextStep: "Check the connection's endpoint and proxy, and this computer's network.",
  },
  timeout: {
    happened: (d) => `The server took too long to ${verb(d)} ${subject(d)}`,
    nextStep: 'Try again; on a slow network, give the connection longer timeouts.',
  },
  'untrusted-certificate': {
    happened: () => "The server's certificate is not trusted",
    nextStep:
      "Choose the certificate of the authority that signed it as the connection's own CA file, or look at the certificate and trust it by its fingerprint.",
  },
  incomplete: {
    happened: (d) => `Not all of ${subject(d)} arrived as the server had promised`,
    nextStep: 'Try again.',
  },
  'disk-full': {
    happened: (d) => `The disk is full: ${subject(d)} cannot be written`,
    nextStep: 'Free some space or choose a folder on another disk, then try again.',
  },
  'disk-denied': {
    happened: (d) => `This user may not ${verb(d)} ${subject(d)}`,
    nextStep: 'Choose another folder, or change its permissions.',
  },
  'disk-exists': {
    happened: (d) => `${capital(subject(d))} exists already`,
    nextStep: 'Choose another name, or agree that it is replaced.',
  },
  'disk-missing': {
    happened: (d) => `${capital(subject(d))} does not exist`,
    nextStep: 'Choose a file or folder that exists.',
  },
  'disk-error': {
    happened: (d) => `This computer could not ${verb(d)} ${subject(d)}`,
    nextStep: 'Check the disk, or choose a folder on another one.',
  },
  'weak-vault': {
    happened: () => 'This computer offers no safe place for secrets',
    nextStep: 'Keep the secret for this session only, or agree that it is stored with little protection.',
  },
  'read-only': {
    happened: (d) => `This connection is read-only: Cooper did not ${verb(d)} ${subject(d)}`,
    nextStep: 'Switch “read-only” off in the connection if you mean to change things.',
  },
  'missing-secret': {
    happened: () => "The connection's secret is not known any more",
    nextStep: 'Enter the secret again.',
  },
  internal: {
    happened: () => 'Something went wrong inside Cooper',
    nextStep: 'Try again; if it happens once more, report it with what you were doing.',
  },
};

/** The sentence for `details`: its own message, or what its kind says; then the code and the server's words. */
export function sentence(details: StorageErrorDetails): string {
  if (details.message !== undefined) return details.message;
  const said = [details.code, details.detail].filter((part) => part !== undefined && part !== '').join(': ');
  const happened = words[details.kind].happened(details);
  return said === '' ? `${happened}.` : `${happened} (${said.replace(/\.$/u, '')}).`;
}

/** Names what an operation was about: an object, a bucket, a path; `the request` when none is known. */
export function subject(details: Pick<StorageErrorDetails, 'bucket' | 'key' | 'path'>): string {
  const { bucket, key, path } = details;
  if (path !== undefined) return `“${path}”`;
  if (key !== undefined)
    return bucket === undefined ? `object “${key}”` : `object “${key}” in bucket “${bucket}”`;
  if (bucket !== undefined) return `bucket “${bucket}”`;
  return 'what was asked for';
}

const VERBS: Record<string, string> = {
  listBuckets: 'list',
  createBucket: 'create',
  deleteBucket: 'delete',
  bucketExists: 'look for',
  listVersions: 'list the versions in',
  stat: 'look at',
  deleteMany: 'delete objects in',
  deleteDigest: 'say how it checks deletions in',
  copy: 'copy',
  createUpload: 'begin an upload of',
  copyPart: 'copy a part of',
  completeUpload: 'complete the upload of',
  abortUpload: 'abort the upload of',
  listUploads: 'list the unfinished uploads in',
  listParts: 'list the uploaded parts of',
  readObjectAcl: 'tell the access control list of',
  writeObjectAcl: 'change the access control list of',
  readObjectTags: 'tell the tags of',
  writeObjectTags: 'change the tags of',
  presign: 'make a link to',
};

function verb({ operation }: StorageErrorDetails): string {
  return VERBS[operation] ?? operation;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
