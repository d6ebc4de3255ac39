import { mask } from './redact-mask.ts';

/**
 * Secrets that only their name gives away: `DB_PASSWORD=hunter2`, `"api_key": "…"`, `--token …`, `Authorization: Bearer …`. Code
 * names passwords all day without holding one, so a value has to look like one: no variable, no type, no call, no prose.
 */
const names =
  'pass(?:word|wd|phrase)|secret|(?:api|access|secret|private|signing|encryption|master|auth)[_-]?key|token|authorization';

const hint = /pass(?:word|wd|phrase)|secret|token|key|authorization|bearer|curl/i;
const assignment = new RegExp(`(${names})((?:\\\\{0,3}["'\`])?\\s{0,3}(?::=|=>|[:=])\\s{0,3})(\\\\{0,3}["'\`])?`, 'gi');
const flag = /(--[\w-]{0,30}(?:password|passwd|secret|token|api-?key)\s{1,3}["']?)([^\s"'`\\-][^\s"'`\\]{3,511})/gi;
const bearer = /(bearer\s{1,3})([\w.~+/-]{16,512}=*)/gi;
const curlUser = /(\s(?:-u|--user)\s{0,2}=?["']?[^\s:"'/]{1,128}:)([^\s"'`\\@/[\]]{3,256})/g;
const scheme = /(?:bearer|basic|token|digest|apikey|negotiate)\s{1,3}/iy;
const bare = /[^\s"'`,;&|<>(){}[\]\\]{1,512}/y;
const secretName = new RegExp(`(?:${names})$`, 'i');

/** Masks what assignments and headers hold in a text; `found` is told each. */
export function redactAssignments(text: string, found: () => void): string {
  if (!hint.test(text)) return text;
  const masked = (name: string) => {
    found();
    return mask(name);
  };
  let result = assignedValues(text, masked);
  result = result.replace(flag, (whole, before: string, value: string) =>
    looksSecret(value, before, false) ? before + masked(maskName(before)) : whole,
  );
  result = result.replace(bearer, (whole, before: string, value: string) =>
    /\d/.test(value) ? before + masked('authorization') : whole,
  );
  if (!result.includes('curl')) return result;
  return result.replace(curlUser, (whole, before: string, value: string) =>
    /^\d+$/.test(value) || isPlaceholder(value) ? whole : before + masked('password'),
  );
}

/** Whether a JSON field of that name keeps a secret in that value, and under what name to mask it. */
export function secretField(name: string, value: string): string | undefined {
  const word = secretName.exec(name)?.[0];
  if (word === undefined || value === '' || value.length > 8192) return undefined;
  const secret = isPassword(word) ? !isPlaceholder(value) : looksSecret(value.slice(skipScheme(value, 0)), word, true);
  return secret ? maskName(word) : undefined;
}

function assignedValues(text: string, masked: (name: string) => string): string {
  let result = '';
  let done = 0;
  assignment.lastIndex = 0;
  for (let match = assignment.exec(text); match !== null; match = assignment.exec(text)) {
    const [, name = '', separator = '', quote] = match;
    const start = skipScheme(text, assignment.lastIndex);
    const end = quote === undefined ? bareEnd(text, start) : quotedEnd(text, start, quote);
    if (end === start) continue;
    const value = text.slice(start, end);
    const schemed = start > assignment.lastIndex;
    const certain = quote !== undefined || separator === '=';
    const plausible = quote === undefined ? !isCode(value, text[end]) : !/\s/.test(value);
    const secret = plausible && (schemed ? isCredential(value) : looksSecret(value, name, certain));
    if (!secret) continue;
    result += text.slice(done, start) + masked(maskName(name));
    done = end;
    assignment.lastIndex = end;
  }
  return done === 0 ? text : result + text.slice(done);
}

function skipScheme(text: string, at: number): number {
  scheme.lastIndex = at;
  return scheme.test(text) ? scheme.lastIndex : at;
}

function bareEnd(text: string, at: number): number {
  bare.lastIndex = at;
  return bare.test(text) ? bare.lastIndex : at;
}

/** A quoted value ends at its own quote; one that does not end soon or on its line is prose. */
function quotedEnd(text: string, at: number, quote: string): number {
  const close = quote.at(-1);
  for (let end = at; end < text.length && end - at <= 512; end += 1) {
    if (text[end] === close) return quote.length > 1 ? Math.max(at, end - (quote.length - 1)) : end;
    if (text[end] === '\n') return at;
  }
  return at;
}

/** `password: z.string()`, `token = req.body.token`. */
function isCode(value: string, next: string | undefined): boolean {
  return next === '(' || next === '[' || next === '{' || /^[A-Za-z_$][\w$]*(?:\??\.[A-Za-z_$][\w$]*){1,20}$/.test(value);
}

/** What follows `Bearer` or `Basic`, unless it is the manual's `Bearer token`. */
function isCredential(value: string): boolean {
  return value.length >= 6 && !isPlaceholder(value) && (/\d/.test(value) || !/secret|token|key|auth/i.test(value));
}

/** `certain` is said of quoted and tightly assigned values; otherwise, as in YAML and code, the value itself has to show it. */
function looksSecret(value: string, name: string, certain: boolean): boolean {
  if (isPlaceholder(value)) return false;
  const mixed = /\d/.test(value) || /[^\w.-]/.test(value);
  // `db_password`, `my-secret`: a name that speaks of the secret is a name.
  if (!mixed && /pass|secret|token|key|auth/i.test(value)) return false;
  if (!certain) return value.length >= 6 && mixed;
  if (isPassword(name)) return value.length >= 4;
  return (value.length >= 6 && mixed) || value.length >= 20;
}

function isPlaceholder(value: string): boolean {
  if (value.includes('[redacted:')) return value.startsWith('[redacted:');
  return (
    /^(?:\$[A-Za-z_{(]|%\w|<|\{|\*{3}|\.{3}|x{4,}$)/i.test(value) ||
    /^(?:true|false|null|nil|none|undefined|string|str|number|boolean|any|object|required|optional|hidden|text|\d{1,5})$/i.test(
      value,
    ) ||
    secretName.exec(value)?.[0] === value
  );
}

function isPassword(name: string): boolean {
  return /pass(?:word|wd|phrase)\W*$/i.test(name);
}

function maskName(name: string): string {
  if (/pass(?:word|wd|phrase)/i.test(name)) return 'password';
  if (/authorization/i.test(name)) return 'authorization';
  if (/key/i.test(name)) return 'api-key';
  return /token/i.test(name) ? 'token' : 'secret';
}
