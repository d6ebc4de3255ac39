import { limits } from '../../../wire/limits.ts';
import type { Rule, RuleAction, RuleConditions, RuleMoment } from '../../../wire/rule.ts';
import { clip } from '../clip.ts';
import { dollars } from './dollars.ts';
import { wildcard } from './wildcard.ts';

/** A tool call as rules see it. */
export interface RuledCall {
  moment: RuleMoment;
  tool: string;
  command?: string | undefined;
  /** Files that the call names, each as given and, where it lies below the working directory, from there on. */
  paths: readonly string[];
  /** Micro-dollars that it is expected to cost, with the model call that follows. */
  costMicroUsd: number;
  /** Another live session touched one of its files lately. */
  collides: boolean;
}

/** What the rules of a session say to one call: the hardest that matched, and those that only warn. */
export interface Ruled {
  decisive?: Rule;
  warned: Rule[];
}

const hardness: Record<RuleAction, number> = { warn: 0, ask: 1, deny: 2 };

/** Of several rules that match, the hardest decides; of equally hard ones the oldest. */
export function ruled(rules: readonly Rule[], call: RuledCall): Ruled {
  const matched = rules.filter((rule) => rule.on === call.moment && misses(rule, call) === undefined);
  const decisive = matched
    .filter(({ action }) => action !== 'warn')
    .toSorted((one, other) => hardness[other.action] - hardness[one.action])[0];
  return { ...(decisive && { decisive }), warned: matched.filter(({ action }) => action === 'warn') };
}

/** Why a rule does not match, in words; undefined where it does. */
export function misses(rule: RuleConditions, call: RuledCall): string | undefined {
  const { tool, command, path, aboveMicroUsd, collision } = rule;
  if (tool && !wildcard(tool.toLowerCase(), call.tool.toLowerCase())) return `the tool is ${call.tool}, not ${tool}`;
  if (command && !commandMatches(command, call.command))
    return call.command === undefined ? 'the call runs no command' : `no part of the command is like ${command}`;
  if (path && !call.paths.some((each) => wildcard(path, each)))
    return call.paths.length === 0 ? 'the call names no file' : `it names no file like ${path}`;
  if (typeof aboveMicroUsd === 'number' && call.costMicroUsd <= aboveMicroUsd)
    return `it is expected to cost ${dollars(call.costMicroUsd)}, which is not above ${dollars(aboveMicroUsd)}`;
  if (collision && !call.collides) return 'no other live session touched its files lately';
  return undefined;
}

/** The whole command, or one of those that the shell runs from it. Quotes are not read: a pattern rather matches too much. */
function commandMatches(pattern: string, command: string | undefined): boolean {
  if (command === undefined) return false;
  return [command, ...partsOf(command)].some((part) => wildcard(pattern, part.trim()));
}

const partsOf = (command: string): string[] => command.slice(0, maxMatched).split(/&&|\|\||[;|&\n]|\$\(|`/, maxParts);

/** A command is matched this far: what comes behind is data rather than commands. */
const maxMatched = 10_000;
const maxParts = 200;

/** The line that names a call on its card. */
export const callWords = ({ tool, command, paths }: Pick<RuledCall, 'tool' | 'command' | 'paths'>): string =>
  clip((command ?? paths[0] ?? tool).replaceAll(/\s+/g, ' ').trim() || tool, limits.maxApprovalWords);

/** Tools that take a file and run nothing, by the name that a rate has. */
const commandless = new Set([
  'read',
  'edit',
  'multiedit',
  'write',
  'notebookedit',
  'glob',
  'grep',
  'webfetch',
  'websearch',
  'todowrite',
  'readfile',
  'writefile',
  'replace',
]);
/** Tools that run a command, whose files nobody can tell. */
const pathless = new Set(['bash', 'shell', 'runshellcommand', 'webfetch', 'websearch', 'task', 'agent']);

/** A field, and what to do about it. */
export interface RuleProblem {
  path: string;
  message: string;
}

/** What is wrong with a rule that could never match, or would match everything by accident. */
export function ruleProblem({ tool, command, path, aboveMicroUsd, collision }: RuleConditions): RuleProblem | undefined {
  if (!tool && !command && !path && typeof aboveMicroUsd !== 'number' && !collision)
    return {
      path: 'tool',
      message: 'A rule without a condition would match every call; write * as the tool where that is meant.',
    };
  const name = tool?.toLowerCase().replaceAll(/[\s_-]/g, '') ?? '';
  if (command && commandless.has(name))
    return {
      path: 'command',
      message: `${tool} runs no command, so this rule would match nothing. Leave the command out, or name the shell’s tool.`,
    };
  if ((path || collision) && pathless.has(name))
    return {
      path: path ? 'path' : 'collision',
      message: `${tool} names no file, so this rule would match nothing. Use a command pattern, or another tool.`,
    };
  return undefined;
}
