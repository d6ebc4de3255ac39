import { mask } from './redact-mask.ts';

const header = /-----BEGIN (?:[A-Z0-9]{1,20} ){0,4}PRIVATE KEY(?: BLOCK)?-----/y;
const body = /(?:[A-Za-z0-9+/=\s\\]){0,65536}/y;
const footer = /-----END (?:[A-Z0-9]{1,20} ){0,4}PRIVATE KEY(?: BLOCK)?-----/y;

/**
 * Masks PEM and PGP private key blocks (RFC 7468, RFC 9580), also as one line with `\n` in it. A block cut off before its end is
 * masked as far as it looks like key material; a header alone, as code has it, is none. Each character is looked at once.
 */
export function redactPrivateKeys(text: string, found: () => void): string {
  let at = text.indexOf('-----BEGIN ');
  if (at === -1) return text;
  let result = '';
  let done = 0;
  while (at !== -1) {
    const end = blockEnd(text, at);
    if (end !== undefined) {
      result += text.slice(done, at) + mask('private-key');
      found();
      done = end;
    }
    at = text.indexOf('-----BEGIN ', end ?? at + 11);
  }
  return result + text.slice(done);
}

function blockEnd(text: string, at: number): number | undefined {
  header.lastIndex = at;
  if (!header.test(text)) return undefined;
  const start = header.lastIndex;
  // The next dashes are the block's end, or an encrypted block's `Proc-Type` lines came first, whose dash stands alone.
  const dashes = text.indexOf('-----', start);
  footer.lastIndex = dashes;
  if (dashes !== -1 && footer.test(text) && dashes - start >= 32) return footer.lastIndex;
  body.lastIndex = start;
  body.test(text);
  return body.lastIndex - start >= 64 ? body.lastIndex : undefined;
}
