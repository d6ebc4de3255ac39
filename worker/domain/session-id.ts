const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';

/** What a session's id is the hash of: length-prefixed, so that no two triples share a text. */
export function sessionIdText(organizationId: string, agent: string, externalId: string): string {
  return [organizationId, agent, externalId].map((part) => `${part.length}:${part}`).join('');
}

/** `ses_` and the first 20 base32 characters (RFC 4648, lower case) of a SHA-256 digest. */
export function sessionIdOf(digest: Uint8Array): string {
  return `ses_${base32(digest).slice(0, 20)}`;
}

export const isSessionId = (text: string): boolean => /^ses_[a-z2-7]{20}$/.test(text);

/** RFC 4648 base32 without padding, in lower case. */
export function base32(bytes: Uint8Array): string {
  let text = '';
  let buffer = 0;
  let bits = 0;
  for (const byte of bytes) {
    buffer = ((buffer << 8) | byte) & 0xffff;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += alphabet[(buffer >>> bits) & 31];
    }
  }
  return bits > 0 ? text + alphabet[(buffer << (5 - bits)) & 31] : text;
}
