import http from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { Bodies } from './bodies.ts';
import { Keys } from './keys.ts';
import { Listing } from './listing.ts';
import { sendObject } from './objects.ts';
import type { ServerOptions } from './options.ts';
import { type Answer, sendPieces, sendWhole } from './send.ts';
import { State } from './state.ts';
import * as uploads from './uploads.ts';
import { deleteMany, versionsPage } from './versions.ts';
import { document, Refusal } from './xml.ts';

export interface MemoryServer {
  server: http.Server;
  /** Undoes what clients have changed. */
  reset: () => void;
}

interface Asked {
  key: string;
  query: URLSearchParams;
}

const SETTINGS_UNSET: Record<string, string> = {
  policy: 'NoSuchBucketPolicy',
  cors: 'NoSuchCORSConfiguration',
  lifecycle: 'NoSuchLifecycleConfiguration',
  tagging: 'NoSuchTagSet',
  'object-lock': 'ObjectLockConfigurationNotFoundError',
};

/** An S3 server with one bucket, `bench`, that answers from memory and takes every signature. Not listening yet. */
export function makeServer(options: ServerOptions): MemoryServer {
  const keys = new Keys(options);
  const bodies = new Bodies(options);
  const state = new State(keys, options.versions);
  const listing = new Listing(state, bodies, options.names === 'odd');
  const { latencyMs, bandwidth } = options;

  const aboutBucket = async (
    { query }: Asked,
    request: http.IncomingMessage,
    response: http.ServerResponse,
  ): Promise<Answer | undefined> => {
    switch (request.method) {
      case 'PUT':
        if (query.size > 0) break;
        state.hasBucket = true;
        return {};
      case 'HEAD':
        return {};
      case 'DELETE':
        if (query.size > 0) break;
        if (!state.isEmpty) throw new Refusal(409, 'BucketNotEmpty');
        state.hasBucket = false;
        return { status: 204 };
      case 'POST':
        if (query.has('delete')) return { body: deleteMany(state, await uploads.bodyOf(request)) };
        break;
      case 'GET': {
        if (query.get('list-type') === '2') {
          const pieces = listing.page(query);
          const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
          response.writeHead(200, { 'content-type': 'application/xml', 'content-length': length });
          await sendPieces(response, pieces, bandwidth);
          return undefined;
        }
        if (query.has('versions')) return { body: versionsPage(state, bodies, query) };
        if (query.has('uploads')) return uploads.listUploads(state);
        if (query.has('location')) return { body: document('LocationConstraint', '') };
        if (query.has('versioning')) {
          const status = state.isVersioned ? '<Status>Enabled</Status>' : '';
          return { body: document('VersioningConfiguration', status) };
        }
        const unset = Object.entries(SETTINGS_UNSET).find(([name]) => query.has(name))?.[1];
        if (unset !== undefined) throw new Refusal(404, unset);
        break;
      }
      default:
    }
    throw new Refusal(
      501,
      'NotImplemented',
      `${request.method ?? ''} of a bucket with “${query.toString()}”`,
    );
  };

  const aboutObject = async (
    asked: Asked,
    request: http.IncomingMessage,
    response: http.ServerResponse,
  ): Promise<Answer | undefined> => {
    const { key, query } = asked;
    const uploadId = query.get('uploadId');
    switch (request.method) {
      case 'GET':
      case 'HEAD':
        if (uploadId !== null) return uploads.listParts(state, { key, uploadId });
        await sendObject({ state, bodies, bandwidth }, asked, request, response);
        return undefined;
      case 'PUT':
        return uploads.receive(state, asked, request);
      case 'POST':
        if (query.has('uploads')) return uploads.begin(state, key);
        if (uploadId !== null)
          return uploads.complete(state, { key, uploadId }, await uploads.bodyOf(request));
        break;
      case 'DELETE':
        if (uploadId !== null) return uploads.abort(state, { key, uploadId });
        state.delete(key, query.get('versionId') ?? undefined);
        return { status: 204 };
      default:
    }
    throw new Refusal(501, 'NotImplemented');
  };

  const answer = async (request: http.IncomingMessage, response: http.ServerResponse) => {
    try {
      if (latencyMs > 0) await delay(latencyMs);
      const [path = '', query = ''] = (request.url ?? '/').split('?', 2);
      const [, bucket = '', rest = ''] = /^\/([^/]*)\/?(.*)$/s.exec(path) ?? [];
      const asked = { key: decodeURIComponent(rest), query: new URLSearchParams(query) };
      if (bucket !== '' && bucket !== 'bench') throw new Refusal(404, 'NoSuchBucket');
      const makesBucket = request.method === 'PUT' && asked.key === '';
      if (bucket !== '' && !state.hasBucket && !makesBucket) throw new Refusal(404, 'NoSuchBucket');
      const about = asked.key === '' ? aboutBucket : aboutObject;
      const told = bucket === '' ? buckets(state) : await about(asked, request, response);
      if (told !== undefined) sendWhole(request, response, told);
    } catch (error) {
      if (response.headersSent) response.destroy();
      else if (error instanceof Refusal)
        sendWhole(request, response, { status: error.status, body: error.body });
      else {
        console.error(error);
        sendWhole(request, response, { status: 500 });
      }
    }
    request.resume();
  };

  const server = http.createServer({ keepAliveTimeout: 60_000, requestTimeout: 0 }, (request, response) => {
    // What has no body must be read to its end, for the next request to come.
    if (request.method === 'GET' || request.method === 'HEAD' || request.method === 'DELETE')
      request.resume();
    void answer(request, response);
  });
  return { server, reset: () => state.reset() };
}

function buckets({ hasBucket }: State): Answer {
  const bucket = '<Bucket><Name>bench</Name><CreationDate>2024-01-01T00:00:00.000Z</CreationDate></Bucket>';
  const owner = '<Owner><ID>bench</ID><DisplayName>bench</DisplayName></Owner>';
  return {
    body: document('ListAllMyBucketsResult', `${owner}<Buckets>${hasBucket ? bucket : ''}</Buckets>`),
  };
}
