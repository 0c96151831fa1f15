import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';

/** A request by hand, to a server with a CA of its own too. */
export async function request(
  url: string,
  { method = 'GET', body, caFile }: { method?: string; body?: string; caFile?: string | undefined } = {},
): Promise<{ status: number; text: string; headers: http.IncomingHttpHeaders }> {
  const { protocol } = new URL(url); // which also resolves dots, as a browser does
  return new Promise((resolve, reject) => {
    const options = { method, ...(caFile !== undefined && { ca: readFileSync(caFile) }) };
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
