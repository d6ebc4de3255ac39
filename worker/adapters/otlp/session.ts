import { AgentName } from '../../../wire/agent.ts';
import { limits } from '../../../wire/limits.ts';
import { attributeText, type OtlpRecord } from './records.ts';

/** Which agent's session a record belongs to; undefined where it names none. */
export function sessionOf(record: OtlpRecord): { agent: string; externalId: string } | undefined {
  const externalId = sessionNames
    .map((name) => attributeText(record.attributes, name) ?? attributeText(record.resource, name))
    .find(Boolean);
  if (externalId === undefined || externalId.length > limits.maxExternalIdLength) return undefined;
  return { agent: agentOf(record), externalId };
}

// The agents' own ids are those of their hooks; ours stands in where an agent that we started says none.
const sessionNames = ['session.id', 'conversation.id', 'gen_ai.conversation.id', 'flightdeck.session'];

const prefixes: readonly [string, string][] = [
  ['claude_code.', 'claude-code'],
  ['codex.', 'codex'],
  ['gemini_cli.', 'gemini-cli'],
];
const services: readonly [RegExp, string][] = [
  [/^claude[-_]code\b/, 'claude-code'],
  [/^codex\b|^codex[-_]/, 'codex'],
  [/^gemini[-_]cli\b/, 'gemini-cli'],
];

/** The agent by the names that it gives its records, else by its service's name, which any agent may choose. */
export function agentOf(record: OtlpRecord): string {
  const byRecord = prefixes.find(([prefix]) => record.name.startsWith(prefix))?.[1];
  if (byRecord !== undefined) return byRecord;
  const service = attributeText(record.resource, 'service.name') ?? '';
  const known = services.find(([pattern]) => pattern.test(service))?.[1];
  return known ?? slug(attributeText(record.attributes, 'gen_ai.agent.name') ?? service);
}

function slug(name: string): string {
  const words =
    name
      .toLowerCase()
      .slice(0, limits.maxNameLength)
      .match(/[a-z0-9]+/g) ?? [];
  const joined = words.join('-');
  return AgentName.safeParse(joined).success ? joined : 'unknown';
}
