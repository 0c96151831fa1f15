import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';

interface RequestOptions {
  method?: string;
  body?: string;
  caFile?: string | undefined;
  /** Where the name leads, for one that is in no DNS. */
  address?: string | undefined;
}

/** A request by hand, to a server with a CA of its own too. */
export async function request(
  url: string,
  { method = 'GET', body, caFile, address }: RequestOptions = {},
): Promise<{ status: number; text: string; headers: http.IncomingHttpHeaders }> {
  const { protocol } = new URL(url); // which also resolves dots, as a browser does
  return new Promise((resolve, reject) => {
    const options = {
      method,
      ...(caFile !== undefined && { ca: readFileSync(caFile) }),
      ...(address !== undefined && { lookup: leadingTo(address) }),
    };
    const sent = (protocol === 'https:' ? https : http).request(url, options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        resolve({ status: response.statusCode ?? 0, text, headers: response.headers });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

function leadingTo(address: string): LookupFunction {
  const family = address.includes(':') ? 6 : 4;
  return (_host, { all }, done) => {
    if (all === true) done(null, [{ address, family }]);
    else done(null, address, family);
  };
}
