import { aclDocument, grantsOfRequest } from '../acl.ts';
import { bucketOf, type Call, type Handler } from '../call.ts';
import { S3Error, type ErrorCode } from '../errors.ts';
import { emptyReply, xmlReply, type Reply } from '../reply.ts';
import type { CorsRule } from '../store/version.ts';
import { taggingDocument, tagsOfXml } from '../tags.ts';
import { childrenNamed, childText, each, element, text, xmlDocument, type XmlNode } from '../xml.ts';

export function getVersioning(call: Call): Reply {
  return xmlReply(xmlDocument('VersioningConfiguration', text('Status', bucketOf(call).settings.versioning)));
}

export async function putVersioning(call: Call): Promise<Reply> {
  const bucket = bucketOf(call);
  const configuration = await call.body.xml('VersioningConfiguration');
  const status = childText(configuration, 'Status');
  if (status !== 'Enabled' && status !== 'Suspended') {
    throw new S3Error(status === undefined ? 'IllegalVersioningConfigurationException' : 'MalformedXML');
  }
  if (childText(configuration, 'MfaDelete') === 'Enabled') throw new S3Error('NotImplemented');
  await bucket.change({ versioning: status });
  return emptyReply();
}

export function getBucketAcl(call: Call): Reply {
  const { owner, grants } = bucketOf(call).settings;
  return xmlReply(aclDocument(owner, grants, call.users));
}

export async function putBucketAcl(call: Call): Promise<Reply> {
  const bucket = bucketOf(call);
  const { owner } = bucket.settings;
  await bucket.change({
    grants: await grantsOfRequest(call, { users: call.users, owner, bucketOwner: owner }),
  });
  return emptyReply();
}

export function getBucketTagging(call: Call): Reply {
  const { tags } = bucketOf(call).settings;
  if (tags === undefined) throw new S3Error('NoSuchTagSet', { fields: { BucketName: call.bucket } });
  return xmlReply(taggingDocument(tags));
}

export async function putBucketTagging(call: Call): Promise<Reply> {
  const bucket = bucketOf(call);
  await bucket.change({ tags: tagsOfXml(await call.body.xml('Tagging'), call.limits.bucketTags) });
  return emptyReply(204);
}

export async function deleteBucketTagging(call: Call): Promise<Reply> {
  await bucketOf(call).change({ tags: undefined });
  return emptyReply(204);
}

const CORS_METHODS: ReadonlySet<string> = new Set(['GET', 'PUT', 'HEAD', 'POST', 'DELETE']);
const MOST_CORS_RULES = 100;

export function getBucketCors(call: Call): Reply {
  const { cors } = bucketOf(call).settings;
  if (cors === undefined)
    throw new S3Error('NoSuchCORSConfiguration', { fields: { BucketName: call.bucket } });
  const rules = each(cors, (rule) =>
    element(
      'CORSRule',
      text('ID', rule.id),
      each(rule.allowedHeaders, (header) => text('AllowedHeader', header)),
      each(rule.allowedMethods, (method) => text('AllowedMethod', method)),
      each(rule.allowedOrigins, (origin) => text('AllowedOrigin', origin)),
      each(rule.exposeHeaders, (header) => text('ExposeHeader', header)),
      text('MaxAgeSeconds', rule.maxAgeSeconds),
    ),
  );
  return xmlReply(xmlDocument('CORSConfiguration', rules));
}

export async function putBucketCors(call: Call): Promise<Reply> {
  const bucket = bucketOf(call);
  const rules = childrenNamed(await call.body.xml('CORSConfiguration'), 'CORSRule');
  if (rules.length === 0 || rules.length > MOST_CORS_RULES) throw new S3Error('MalformedXML');
  await bucket.change({ cors: rules.map(parseCorsRule) });
  return emptyReply();
}

function parseCorsRule(rule: XmlNode): CorsRule {
  const texts = (name: string) => childrenNamed(rule, name).map((child) => child.text);
  const id = childText(rule, 'ID');
  const maxAge = childText(rule, 'MaxAgeSeconds');
  const parsed: CorsRule = {
    ...(id !== undefined && { id }),
    allowedOrigins: texts('AllowedOrigin'),
    allowedMethods: texts('AllowedMethod'),
    allowedHeaders: texts('AllowedHeader'),
    exposeHeaders: texts('ExposeHeader'),
    ...(maxAge !== undefined && { maxAgeSeconds: Number(maxAge) }),
  };
  if (parsed.allowedOrigins.length === 0 || parsed.allowedMethods.length === 0)
    throw new S3Error('MalformedXML');
  if (maxAge !== undefined && !/^\d+$/.test(maxAge)) throw new S3Error('MalformedXML');
  for (const method of parsed.allowedMethods) {
    if (CORS_METHODS.has(method)) continue;
    throw new S3Error('InvalidRequest', {
      message: `Found unsupported HTTP method in CORS config. Unsupported method is ${method}`,
    });
  }
  for (const pattern of [...parsed.allowedOrigins, ...parsed.allowedHeaders]) {
    if (pattern.split('*').length <= 2) continue;
    throw new S3Error('InvalidRequest', { message: `"${pattern}" can not have more than one wildcard.` });
  }
  return parsed;
}

export async function deleteBucketCors(call: Call): Promise<Reply> {
  await bucketOf(call).change({ cors: undefined });
  return emptyReply(204);
}

/** A setting that the sandbox cannot have: it is absent. */
export function absent(code: ErrorCode): Handler {
  return (call) => {
    bucketOf(call);
    throw new S3Error(code, { fields: { BucketName: call.bucket } });
  };
}

/** A setting that is an empty document as long as nobody has made it. */
export function emptySetting(root: string, child?: readonly [name: string, content: string]): Handler {
  return (call) => {
    bucketOf(call);
    return xmlReply(child === undefined ? xmlDocument(root) : xmlDocument(root, text(...child)));
  };
}

/** Removing what is not there succeeds. */
export function removeAbsent(call: Call): Reply {
  bucketOf(call);
  return emptyReply(204);
}

/** Object Lock is asked of a bucket that has none. */
export function noObjectLock(call: Call): Reply {
  bucketOf(call);
  throw new S3Error('InvalidRequest', { message: 'Bucket is missing Object Lock Configuration' });
}
