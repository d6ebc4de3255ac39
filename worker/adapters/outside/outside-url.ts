import ipaddr from 'ipaddr.js';

export type Judged = { ok: true; url: URL } | { ok: false; why: string };

interface Allowance {
  /**
   * Lets plain HTTP to this machine itself through (127.0.0.0/8, ::1, localhost) and nothing else. Only tests and a laptop's
   * own server set it, by the variable ALLOW_LOOPBACK.
   */
  allowLoopback: boolean;
}

/** Longer than any address that somebody is given to paste. */
const maxUrlLength = 2048;

/** Names that lead inside by what they are called (RFC 6761, RFC 6762, RFC 8375, and what clouds and routers use). */
const insideSuffixes = [
  'localhost',
  'local',
  'localdomain',
  'internal',
  'intranet',
  'lan',
  'home',
  'corp',
  'private',
  'home.arpa',
];

/**
 * Whether an address that somebody entered leads to the public internet, as far as its text tells; the URL parser has undone
 * odd notations (octal, hexadecimal, one number, full-width digits) by then. Names have still to be resolved.
 */
export function outsideUrl(text: string, { allowLoopback }: Allowance): Judged {
  if (text.length > maxUrlLength) return no(`An address has at most ${maxUrlLength} characters.`);
  if (!URL.canParse(text)) return no('This is no address; it begins with https://.');
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') return no('An address must not hold a name or password.');
  if (allowLoopback && isLoopback(url)) return { ok: true, url };
  if (url.protocol !== 'https:') return no('An address has to begin with https://.');
  const host = hostOf(url);
  const address = addressOf(url);
  if (address !== null) return isPublic(address) ? { ok: true, url } : no(`${host} is not an address on the public internet.`);
  if (!host.includes('.')) return no(`${host} is no name on the public internet.`);
  if (insideSuffixes.some((suffix) => host.endsWith(`.${suffix}`))) return no(`${host} is a name of an inner network.`);
  // The last label of a public name is never a number; what looks like one is an address in disguise.
  if (!/^[a-z0-9._-]+$/.test(host) || /\.(\d+|0x[0-9a-f]*)$/.test(host)) return no(`${host} is no name on the public internet.`);
  return { ok: true, url };
}

/** Whether an IP address, as text, is on the public internet; false for what is no address. */
export function isPublicAddress(text: string): boolean {
  return ipaddr.isValid(text) && isPublic(ipaddr.parse(text));
}

/** Null where the host is a name. */
export function addressOf(url: URL): ipaddr.IPv4 | ipaddr.IPv6 | null {
  const host = hostOf(url);
  // `isValid` would take "1.2" too; the URL parser has made four numbers of every IPv4 address.
  return host.includes(':') || ipaddr.IPv4.isValidFourPartDecimal(host) ? ipaddr.parse(host) : null;
}

const no = (why: string): Judged => ({ ok: false, why });

/** In lower case (the parser did that), without brackets and the dot at the end. */
const hostOf = (url: URL): string => url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');

function isLoopback(url: URL): boolean {
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return false;
  return hostOf(url) === 'localhost' || addressOf(url)?.range() === 'loopback';
}

function isPublic(address: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  if (address.range() !== 'unicast') return false;
  // Of IPv6 only 2000::/3 is given out; the rest is reserved or embeds IPv4 addresses (::/96, 64:ff9b::/96).
  return address instanceof ipaddr.IPv4 || address.match(globalUnicast);
}

const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3');
