import { redactAssignments } from './redact-assignments.ts';
import { mask } from './redact-mask.ts';
import { redactPrivateKeys } from './redact-private-keys.ts';
import { type RedactionRule, redactionRules } from './redact-rules.ts';

// Masking one secret can bare the edge of the next. Texts that go on like that were made to, and are masked whole.
const maxRounds = 4;

const hints = [...new Set(redactionRules.map((rule) => rule.hint))].sort((a, b) => b.length - a.length);
const anyHint = new RegExp(hints.map((hint) => hint.replace(/[./]/g, '\\$&')).join('|'), 'g');
// At one place only the longest hint is found; it speaks for those that it begins with.
const rulesByHint = new Map(hints.map((hint) => [hint, redactionRules.filter((rule) => hint.startsWith(rule.hint))]));

// `://u:p@h`: nothing shorter holds a secret.
const minSecretLength = 8;

/** The text without its secrets, and how many there were. Takes time linear in the text's length. */
export function redactText(text: string): { text: string; count: number } {
  if (text.length < minSecretLength) return { text, count: 0 };
  let count = 0;
  const found = () => {
    count += 1;
  };
  let before = text;
  for (let round = 0; round < maxRounds; round += 1) {
    const after = redactAssignments(redactTokens(redactPrivateKeys(before, found), found), found);
    if (after === before) return { text: after, count };
    before = after;
  }
  return { text: mask('secrets'), count };
}

function redactTokens(text: string, found: () => void): string {
  let result = text;
  for (const rule of rulesOf(text))
    result = result.replace(rule.pattern, (_match, kept: unknown) => {
      found();
      return (typeof kept === 'string' ? kept : '') + mask(rule.name);
    });
  return result;
}

function rulesOf(text: string): Iterable<RedactionRule> {
  anyHint.lastIndex = 0;
  let match = anyHint.exec(text);
  if (match === null) return [];
  const present = new Set<RedactionRule>();
  const seen = new Set<string>();
  for (; match !== null; match = anyHint.exec(text)) {
    const [hint] = match;
    if (!seen.has(hint)) for (const rule of rulesByHint.get(hint) ?? []) present.add(rule);
    seen.add(hint);
    // Hints may overlap: look on from the next character, not from the hint's end.
    anyHint.lastIndex = match.index + 1;
  }
  return redactionRules.filter((rule) => present.has(rule));
}
