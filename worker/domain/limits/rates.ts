import type { Rate } from '../../../wire/rate.ts';
import { own } from '../own.ts';

const rate = (perExecutionMicroUsd: number): Rate => ({ perExecutionMicroUsd, perKbMicroUsd: 0 });

/** What an organization may turn on to start with. A tool call costs nothing until somebody says so. */
export const presetRates: Record<string, Rate> = {
  bash: rate(1000),
  edit: rate(2000),
  read: rate(1000),
  websearch: rate(10_000),
  grep: rate(500),
};

/** One name for a tool, however its agent writes it. */
export const rateName = (tool: string): string => tool.toLowerCase().replaceAll(/[\s_-]/g, '');

/** What other agents call a tool that the preset knows. */
const sameTool: Record<string, string> = {
  shell: 'bash',
  runshellcommand: 'bash',
  replace: 'edit',
  multiedit: 'edit',
  applypatch: 'edit',
  readfile: 'read',
  googlewebsearch: 'websearch',
  searchfilecontent: 'grep',
};

/** A tool's rate: under its own name, else that of its kind. */
export function rateOf(rates: Record<string, Rate>, tool: string): Rate | undefined {
  const name = rateName(tool);
  return own(rates, name) ?? own(rates, own(sameTool, name) ?? name);
}

/** Micro-dollars of a call that has ended; `output` is what it answered. Undefined for a tool without a rate. */
export function toolCost(rates: Record<string, Rate>, tool: string, output: unknown): number | undefined {
  const found = rateOf(rates, tool);
  if (!found) return undefined;
  if (found.perKbMicroUsd === 0) return found.perExecutionMicroUsd;
  const text = typeof output === 'string' ? output : (JSON.stringify(output) ?? '');
  return found.perExecutionMicroUsd + Math.ceil(utf8Length(text) / 1024) * found.perKbMicroUsd;
}

/** Bytes of UTF-8, counted without making them. */
function utf8Length(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0;
    if (point < 0x80) bytes += 1;
    else if (point < 0x800) bytes += 2;
    else bytes += point < 0x10000 ? 3 : 4;
  }
  return bytes;
}
