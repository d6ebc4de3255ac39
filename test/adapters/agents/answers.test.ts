import { describe, expect, it } from 'vitest';
import { NativeAgent } from '../../../wire/agent.ts';
import type { Verdict } from '../../../wire/verdict.ts';
import { dialects } from '../../../worker/adapters/index.ts';
import { recorded } from './recordings.ts';

/** One experiment: the answer that a real agent was given, and what it did. */
interface Decision {
  name: string;
  config: { rules?: Record<string, { body?: object; status?: number; delay?: number }> | string };
  toolRan: boolean;
  modelCalls: number;
}

const reason = 'R';
const verdicts: Record<Verdict['type'], Verdict> = {
  allow: { type: 'allow' },
  deny: { type: 'deny', reason },
  ask: { type: 'ask', reason },
  stop: { type: 'stop', reason },
  defer: { type: 'defer', reason },
};

const decisions = (agent: NativeAgent) => recorded(agent, '_decisions') as Decision[]; // recordings are known
const decision = (agent: NativeAgent, name: string) => decisions(agent).find((row) => row.name === name);

/** The body that an experiment answered with to a hook, its words replaced by ours. */
function bodyOf(row: Decision | undefined, hook: string): unknown {
  const rules = row?.config.rules;
  if (typeof rules !== 'object') return undefined;
  const words = new Set(['reason', 'stopReason', 'permissionDecisionReason', 'message']);
  return JSON.parse(JSON.stringify(rules[hook]?.body ?? null), (name, value) => (words.has(name) ? reason : value));
}

/** Whether the agent could read that answer: some experiments came too late or with an error status on purpose. */
function wasHeard(row: Decision, hook: string): boolean {
  const rule = typeof row.config.rules === 'object' ? row.config.rules[hook] : undefined;
  return rule?.body !== undefined && (rule.status ?? 200) < 300 && rule.delay === undefined;
}

// Every answer that is meant to hold something back is one that a real agent obeyed.
const obeyed: [
  agent: NativeAgent,
  hook: string,
  verdict: Verdict['type'],
  experiment: string,
  toolRan: boolean,
  modelCalls: number,
][] = [
  ['claude-code', 'PreToolUse', 'deny', 'ptu_deny', false, 2],
  ['claude-code', 'PreToolUse', 'stop', 'ptu_deny_continuefalse', false, 1],
  ['claude-code', 'PreToolUse', 'ask', 'ptu_ask', false, 2],
  ['claude-code', 'UserPromptSubmit', 'deny', 'ups_block', false, 0],
  ['claude-code', 'UserPromptSubmit', 'stop', 'ups_block', false, 0],
  ['claude-code', 'PermissionRequest', 'stop', 'perm_deny_interrupt', false, 1],
  ['claude-code', 'PostToolUse', 'stop', 'post_continuefalse', true, 1],
  ['claude-code', 'PostToolBatch', 'stop', 'batch_continuefalse', true, 1],
  ['codex', 'PreToolUse', 'deny', 'deny', false, 2],
  ['codex', 'PreToolUse', 'stop', 'deny', false, 2],
  ['codex', 'PreToolUse', 'ask', 'deny', false, 2],
  ['codex', 'UserPromptSubmit', 'deny', 'ups_block', false, 0],
  ['codex', 'UserPromptSubmit', 'stop', 'ups_block', false, 0],
  ['codex', 'SessionStart', 'stop', 'ss_cf', false, 0],
  ['gemini-cli', 'BeforeTool', 'deny', 'deny', false, 2],
  ['gemini-cli', 'BeforeTool', 'ask', 'deny', false, 2],
  ['gemini-cli', 'BeforeTool', 'stop', 'deny_cf', false, 1],
  ['gemini-cli', 'BeforeAgent', 'deny', 'ba_deny', false, 0],
  ['gemini-cli', 'BeforeModel', 'deny', 'bm_deny', false, 0],
  ['gemini-cli', 'AfterTool', 'stop', 'at_cf', true, 1],
];

describe('an answer', () => {
  it.each(obeyed)(
    'of %s to %s for “%s” is the one that held in “%s”',
    (agent, hook, verdict, experiment, toolRan, modelCalls) => {
      const row = decision(agent, experiment);
      expect(row).toMatchObject({ toolRan, modelCalls });
      expect(dialects[agent].answer(hook, verdicts[verdict])).toEqual(bodyOf(row, hook));
    },
  );

  it.each(NativeAgent.options)('of %s is never one that let the tool run', (agent) => {
    const preTool = agent === 'gemini-cli' ? 'BeforeTool' : 'PreToolUse';
    const ran = decisions(agent)
      .filter((row) => row.toolRan && wasHeard(row, preTool))
      .map((row) => bodyOf(row, preTool));
    for (const verdict of [verdicts.deny, verdicts.stop, verdicts.ask])
      expect(ran).not.toContainEqual(dialects[agent].answer(preTool, verdict));
  });

  it.each(NativeAgent.options)('of %s that allows is empty on every hook', (agent) => {
    for (const hook of ['PreToolUse', 'UserPromptSubmit', 'Stop', 'BeforeTool', 'anything'])
      expect(dialects[agent].answer(hook, verdicts.allow)).toEqual({});
  });

  it.each([
    // A block here makes Claude Code and Codex go on, and Gemini CLI try again.
    ['claude-code', 'Stop'],
    ['claude-code', 'SubagentStop'],
    ['codex', 'Stop'],
    ['codex', 'SubagentStop'],
    ['gemini-cli', 'AfterAgent'],
    // These are ignored, or discarded, or would only mislead the model.
    ['claude-code', 'PostToolUseFailure'],
    ['claude-code', 'SessionStart'],
    ['claude-code', 'SessionEnd'],
    ['claude-code', 'Levitate'],
    ['codex', 'PostToolUse'],
    ['codex', 'SessionEnd'],
    ['gemini-cli', 'SessionStart'],
    ['gemini-cli', 'constructor'],
  ] as [NativeAgent, string][])('of %s to %s is empty whatever the verdict', (agent, hook) => {
    for (const verdict of Object.values(verdicts)) expect(dialects[agent].answer(hook, verdict)).toEqual({});
  });

  it('of Claude Code after a tool does not pretend to deny it', () => {
    expect(dialects['claude-code'].answer('PostToolUse', verdicts.deny)).toEqual({});
    expect(dialects['claude-code'].answer('PostToolBatch', verdicts.ask)).toEqual({});
  });

  it('to a request for permission refuses, or leaves the asking to the terminal', () => {
    const refusal = (decision: object) => ({ hookSpecificOutput: { hookEventName: 'PermissionRequest', decision } });
    expect(dialects['claude-code'].answer('PermissionRequest', verdicts.deny)).toEqual(
      refusal({ behavior: 'deny', message: reason }),
    );
    // Codex fails closed on `interrupt`, so it never hears it.
    expect(dialects.codex.answer('PermissionRequest', verdicts.stop)).toEqual(refusal({ behavior: 'deny', message: reason }));
    expect(dialects['claude-code'].answer('PermissionRequest', verdicts.ask)).toEqual({});
    expect(dialects.codex.answer('PermissionRequest', verdicts.ask)).toEqual({});
  });

  it('of Codex has no key that its strict schemas do not know', () => {
    const outputs = {
      PreToolUse: 'pre-tool-use',
      UserPromptSubmit: 'user-prompt-submit',
      PermissionRequest: 'permission-request',
      SessionStart: 'session-start',
    };
    for (const [hook, schema] of Object.entries(outputs)) {
      const { properties, definitions } = recorded('codex', `schemas/${schema}.command.output.schema`) as Schema; // recordings are known
      const inner = Object.values(definitions).flatMap((definition) => Object.keys(definition.properties ?? {}));
      for (const verdict of Object.values(verdicts)) {
        const answer = dialects.codex.answer(hook, verdict);
        expect(Object.keys(properties)).toEqual(expect.arrayContaining(Object.keys(answer)));
        expect([...inner, ...Object.keys(properties)]).toEqual(expect.arrayContaining(namesIn(answer)));
      }
    }
  });
});

describe('what people wrote to an agent', () => {
  const messages = ['Mind the gap.', 'And the door.'];
  const hooks: Record<NativeAgent, string[]> = {
    'claude-code': ['UserPromptSubmit', 'PostToolUse', 'PostToolUseFailure', 'PostToolBatch', 'Stop'],
    codex: ['UserPromptSubmit', 'PostToolUse', 'Stop'],
    'gemini-cli': ['BeforeAgent', 'AfterTool'],
  };

  it.each(NativeAgent.options)('is in the answer wherever %s carries it, and nowhere else', (agent) => {
    const { answer, carries } = dialects[agent];
    for (const hook of [...Object.values(hooks).flat(), 'PreToolUse', 'SessionEnd', 'SubagentStop', 'constructor']) {
      const text = JSON.stringify(answer(hook, verdicts.allow, messages));
      expect([hook, carries(hook), text.includes('Mind the gap.\\n\\nAnd the door.')]).toEqual([
        hook,
        hooks[agent].includes(hook),
        hooks[agent].includes(hook),
      ]);
    }
  });

  it.each(NativeAgent.options)('never weakens what holds %s back', (agent) => {
    for (const hook of hooks[agent])
      for (const verdict of [verdicts.deny, verdicts.stop, verdicts.ask])
        expect(dialects[agent].answer(hook, verdict, messages)).toEqual(dialects[agent].answer(hook, verdict));
  });

  it('has no key that Codex would void the answer for', () => {
    const outputs = { PostToolUse: 'post-tool-use', UserPromptSubmit: 'user-prompt-submit', Stop: 'stop' };
    for (const [hook, schema] of Object.entries(outputs)) {
      const { properties, definitions = {} } = recorded('codex', `schemas/${schema}.command.output.schema`) as Schema; // recordings are known
      const inner = Object.values(definitions).flatMap((definition) => Object.keys(definition.properties ?? {}));
      const answer = dialects.codex.answer(hook, verdicts.allow, messages);
      expect(Object.keys(properties)).toEqual(expect.arrayContaining(Object.keys(answer)));
      expect([...inner, ...Object.keys(properties)]).toEqual(expect.arrayContaining(namesIn(answer)));
    }
  });
});

interface Schema {
  properties: object;
  definitions: Record<string, { properties?: object }>;
}

function namesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [name, ...namesIn(inner)]);
}
