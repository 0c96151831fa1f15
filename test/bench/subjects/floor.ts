// The same bytes over the same sockets, thrown away: as many requests at once as Cooper sends, whose answers nobody reads.
//   floor.ts list ENDPOINT SERVER-FLAGS…      each page, by tokens that are known beforehand
//   floor.ts objects ENDPOINT SERVER-FLAGS…   each object
import http from 'node:http';
import { measureHere } from '../measure.ts';
import { Keys } from '../server/keys.ts';
import { tokenOf } from '../server/listing.ts';
import { readServerFlags } from '../server/options.ts';

const PAGE = 1000;
const AT_ONCE: Record<string, number> = { list: 16, objects: 64 };

const [kind = '', endpoint = '', ...flags] = process.argv.slice(2);
const { hostname, port } = new URL(endpoint);
const keys = new Keys(readServerFlags(flags));
const atOnce = AT_ONCE[kind] ?? 1;
const agent = new http.Agent({ keepAlive: true, maxSockets: atOnce });
const step = kind === 'list' ? PAGE : 1;

function pathOf(place: number): string {
  if (kind !== 'list') return `/bench/${keys.at(place)}`;
  return `/bench?list-type=2&encoding-type=url&continuation-token=${tokenOf(place)}`;
}

function get(path: string): Promise<number> {
  return new Promise((resolve, reject) => {
    let bytes = 0;
    http
      .get({ hostname, port, path, agent }, (response) => {
        response
          .on('data', (chunk: Buffer) => (bytes += chunk.length))
          .on('end', () =>
            response.statusCode === 200
              ? resolve(bytes)
              : reject(new Error(`${path}: ${response.statusCode}`)),
          )
          .on('error', reject);
      })
      .on('error', reject);
  });
}

await measureHere(async () => {
  let next = 0;
  let bytes = 0;
  const work = async () => {
    while (next < keys.count) {
      const place = next;
      next += step;
      const length = await get(pathOf(place));
      bytes += length;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return { megabytes: bytes / 1e6 };
});
agent.destroy();
