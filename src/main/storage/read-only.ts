import { StorageError } from './errors.ts';
import type { Namespaces, SentBody, Storage } from './storage.ts';

/** Every method has its line, so that a method that is added cannot be forgotten. */
type AllOf<T> = { [K in keyof Required<T>]: T[K] };

/**
 * The same storage, through which nothing can be changed: what would change something fails as `read-only`, and
 * nothing is sent. Links to put objects are refused too, since whoever has one can write.
 */
export function readOnly(storage: Storage): Storage {
  const guarded: AllOf<Storage> = {
    isReadOnly: true,
    server: () => storage.server?.(),
    listBuckets: (options) => storage.listBuckets(options),
    bucketExists: (bucket, options) => storage.bucketExists(bucket, options),
    listPage: (input, options) => storage.listPage(input, options),
    listKeysPage: (input, options) => storage.listKeysPage(input, options),
    listVersionsPage: (input, options) => storage.listVersionsPage(input, options),
    stat: (ref, options) => storage.stat(ref, options),
    read: (ref, options) => storage.read(ref, options),
    listUploadsPage: (input, options) => storage.listUploadsPage(input, options),
    listPartsPage: (input, options) => storage.listPartsPage(input, options),
    readSetting: (bucket, name, options) => storage.readSetting(bucket, name, options),
    readObjectAcl: (ref, options) => storage.readObjectAcl(ref, options),
    readObjectTags: (ref, options) => storage.readObjectTags(ref, options),
    close: () => storage.close(),

    createBucket: (bucket) => refuse('create', { bucket }),
    deleteBucket: (bucket) => refuse('delete', { bucket }),
    write: ({ bucket, key, body }) => {
      destroyBody(body);
      return refuse('write', { bucket, key });
    },
    delete: ({ bucket, key }) => refuse('delete', { bucket, key }),
    deleteMany: ({ bucket }) => refuse('delete objects in', { bucket }),
    copy: ({ to }) => refuse('copy to', to),
    createUpload: ({ bucket, key }) => refuse('write', { bucket, key }),
    uploadPart: ({ bucket, key, body }) => {
      destroyBody(body);
      return refuse('write', { bucket, key });
    },
    copyPart: ({ bucket, key }) => refuse('write', { bucket, key }),
    completeUpload: ({ bucket, key }) => refuse('write', { bucket, key }),
    abortUpload: ({ bucket, key }) => refuse('abort the upload of', { bucket, key }),
    writeSetting: (bucket, name) => refuse(`change the ${name} of`, { bucket }),
    removeSetting: (bucket, name) => refuse(`remove the ${name} of`, { bucket }),
    writeObjectAcl: ({ bucket, key }) => refuse('change the access to', { bucket, key }),
    writeObjectTags: ({ bucket, key }) => refuse('change the tags of', { bucket, key }),

    presign: (request, options) =>
      request.method === 'put_object'
        ? refuse('make a link to write', { bucket: request.bucket, key: request.key })
        : storage.presign(request, options),
    // Although it deletes nothing it is a request to delete.
    deleteDigest: () => Promise.resolve('unknown'),
    namespaces: storage.namespaces && guardNamespaces(storage.namespaces),
  };
  return guarded;
}

/** What was handed over to be read once is not read. */
function destroyBody(body: SentBody): void {
  if (!(body instanceof Uint8Array) && 'stream' in body) body.stream.destroy();
}

function guardNamespaces(namespaces: Namespaces): AllOf<Namespaces> {
  return {
    list: (options) => namespaces.list(options),
    get: (name, options) => namespaces.get(name, options),
    exists: (name, options) => namespaces.exists(name, options),
    statistics: (name, options) => namespaces.statistics(name, options),
    tenants: (options) => namespaces.tenants(options),
    create: (bucket) => refuse('create', { bucket }),
    setVersioning: (bucket) => refuse('change the versioning of', { bucket }),
    setSearch: (bucket) => refuse('change the search of', { bucket }),
    delete: (bucket) => refuse('delete', { bucket }),
  };
}

/** @param operation a verb that goes before what it would have changed */
function refuse(operation: string, about: { bucket: string; key?: string }): Promise<never> {
  return Promise.reject(new StorageError({ kind: 'read-only', operation, ...about }));
}
