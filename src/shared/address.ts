import { z } from 'zod';

/** A name of a host, an IPv4 address, or an IPv6 address in brackets. */
const HOST =
  /^(\[[0-9a-f:.]+\]|[\p{L}\p{N}_]([\p{L}\p{N}_-]*[\p{L}\p{N}_])?(\.[\p{L}\p{N}_]([\p{L}\p{N}_-]*[\p{L}\p{N}_])?)*\.?)$/iu;

/**
 * An address with https:// or http://, as a person types it. What is most often typed wrong is told apart, each with
 * what to do.
 *
 * @param what as it goes after “The”
 * @param example shown where it is not even an address
 */
export function webAddress(what: string, example: string) {
  return z
    .string()
    .trim()
    .superRefine((text, context) => {
      const message = addressProblem(text, what, example);
      if (message !== undefined) context.addIssue({ code: 'custom', message, input: text });
    });
}

/** What is wrong with an address; undefined when nothing is. Shows nothing of one that may hold a password. */
function addressProblem(text: string, what: string, example: string): string | undefined {
  if (text === '') return `Give the ${what}, such as ${example}.`;
  if (text.length > 2000) return `The ${what} is too long for an address.`;
  if (/[\s\p{Cc}]/u.test(text)) return `The ${what} holds a space or a line break. Leave that out.`;
  const scheme = /^https?:\/\/(?!\/)/iu.exec(text);
  if (scheme === null) return schemeProblem(text, what);
  const rest = text.slice(scheme[0].length);
  if (/^https?:/iu.test(rest)) return `The ${what} has its beginning twice. Write ${scheme[0]} once.`;
  const [authority = ''] = rest.split(/[/?#\\]/u);
  if (authority.includes('@')) return userProblem(authority, what);
  const [, host = '', port] = /^(.*?)(?::([^:\]]*))?$/su.exec(authority) ?? [];
  if (host === '') return `The ${what} has no host name after ${scheme[0]}.`;
  if (port !== undefined && !isPort(port)) return `The port in the ${what} is a number from 1 to 65535.`;
  if (!HOST.test(host) || !URL.canParse(text)) {
    return `“${host}” in the ${what} is no host name and no IP address.`;
  }
  if (/[?#]/u.test(rest)) return `The ${what} has a part after “?” or “#”. Leave that out.`;
  if (rest.includes('\\')) return `The ${what} holds a “\\”. Write “/”.`;
  return undefined;
}

/** `htps://`, `http//`, `https:/`, none at all: told with what was meant, where the rest is right. */
function schemeProblem(text: string, what: string): string {
  const base = `The ${what} is an address that starts with https:// or http://.`;
  const [, slashed, bare] = /^(?:([htps]*)[:;]?\/+|(https?):)/iu.exec(text) ?? [];
  const letters = slashed ?? bare;
  const rest = text.slice(letters === undefined ? 0 : text.search(/[:;/]/u)).replace(/^[:;]?\/*/u, '');
  const [host = ''] = rest.split(/[/?#\\]/u);
  const hasShape = letters !== undefined || /[.:]/u.test(host);
  if (!hasShape || !HOST.test(host.replace(/:\d+$/u, ''))) return base;
  const meant = letters?.toLowerCase().endsWith('p') === true ? 'http' : 'https';
  return `${base} Did you mean ${meant}://${host}?`;
}

function userProblem(authority: string, what: string): string {
  return authority.slice(0, authority.lastIndexOf('@')).includes(':')
    ? 'Leave the password out of the address: it would be kept unprotected.'
    : `Leave the user name out of the ${what}: names and keys have fields of their own.`;
}

function isPort(text: string): boolean {
  return text === '' || (/^\d{1,5}$/u.test(text) && Number(text) >= 1 && Number(text) <= 65_535);
}

/** What keeps a text from being the name of a host or an IP address to connect to. */
export const connectAddress = z
  .string()
  .trim()
  .min(1, 'Give the address to connect to, or leave it out.')
  .max(253, 'The address to connect to is too long.')
  .transform((text) => text.replace(/^\[(.*)\]$/u, '$1'))
  .refine((text) => HOST.test(text) || /^[0-9a-f]*(:[0-9a-f]*){2,7}(\d+(\.\d+){3})?(%\w+)?$/iu.test(text), {
    error: 'The address to connect to is an IP address or a host name only: no https://, port or path.',
  });
