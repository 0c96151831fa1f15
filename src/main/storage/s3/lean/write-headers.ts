import type { ObjectAttributes } from '#storage/storage.ts';

/** The headers of what sends a body, as the SDK writes them. */
export function writeHeaders({
  contentLength,
  md5,
  attributes = {},
}: {
  contentLength: number;
  /** In base64. */
  md5?: string | undefined;
  attributes?: ObjectAttributes | undefined;
}): Record<string, string | undefined> {
  const { metadata = {} } = attributes;
  const headers: Record<string, string | undefined> = {
    'content-length': String(contentLength),
    'content-type': attributes.contentType ?? 'application/octet-stream',
    'content-md5': md5,
    'cache-control': attributes.cacheControl,
    'content-disposition': attributes.contentDisposition,
    'content-encoding': attributes.contentEncoding,
    'content-language': attributes.contentLanguage,
    expires: attributes.expires,
  };
  for (const [name, value] of Object.entries(metadata)) headers[`x-amz-meta-${name.toLowerCase()}`] = value;
  return headers;
}
