import { readFileSync } from 'node:fs';

const recorded = (name: string): Record<string, unknown> =>
  JSON.parse(readFileSync(new URL(`../fixtures/agents/claude-code/${name}.json`, import.meta.url), 'utf8'));

const calls = ['Read', 'Edit', 'Write', 'Grep', 'Glob'];

/** Output of a test run or a listing: what most bytes of real hooks are. */
const longOutput = Array.from({ length: 160 }, (_, i) => `src/part-${i}/index.ts:${i * 7}: export const step${i} = ${i};`).join(
  '\n',
);

/**
 * Hooks as Claude Code sends them: recorded pre and post hooks of its file tools and Bash, one answer in ten with 8 KB of output.
 * Sessions work in folders of their own, each at its own pace: in step, all would touch the same file and tidy up their storage in the
 * same moment. Each call has an id of its own, so that nothing is a duplicate.
 */
export function hookBodies(prefix: string, sessions: number): () => string {
  const pairs = [
    ...calls.map((tool) => [recorded(`PreToolUse.${tool}`), recorded(`PostToolUse.${tool}`)]),
    ...Array.from({ length: 5 }, () => [recorded('PreToolUse'), recorded('PostToolUse')]),
  ];
  const [, lastPost] = pairs.at(-1) ?? [];
  if (lastPost) lastPost.tool_response = { ...Object(lastPost.tool_response), stdout: longOutput };
  const texts = pairs.map((pair) => pair.map((hook) => textOf({ ...hook, session_id: '<session>', tool_use_id: '<call>' })));
  const next = turns(sessions);
  return () => {
    const { session, turn } = next();
    const call = Math.floor(turn / 2);
    const text = texts[call % texts.length]?.[turn % 2] ?? '';
    const name = `${prefix}-${session}`;
    const placed = text.replace('<session>', name).replaceAll('/home/dev/project', `/home/dev/${name}`);
    return placed.replaceAll('<call>', `toolu_${prefix}_${call}`);
  };
}

/** Whose turn it is, and the how manieth of theirs: the last session is five times as busy as the first. */
function turns(sessions: number): () => { session: number; turn: number } {
  const paces = Array.from({ length: sessions }, (_, session) => 1 + (4 * session) / Math.max(1, sessions - 1));
  const taken = paces.map(() => 0);
  return () => {
    const dues = paces.map((pace, session) => ((taken[session] ?? 0) + 1) / pace);
    const session = dues.indexOf(Math.min(...dues));
    const turn = taken[session] ?? 0;
    taken[session] = turn + 1;
    return { session, turn };
  };
}

/** Batches of `size` numbered events with a few hundred bytes each, sessions taking turns. */
export function batchBodies(prefix: string, sessions: number, size: number): () => string {
  const next = Array.from({ length: sessions }, () => 1);
  const text = longOutput.slice(0, 200);
  let posted = 0;
  return () => {
    const session = posted % sessions;
    posted += 1;
    const from = next[session] ?? 1;
    next[session] = from + size;
    const events = Array.from({ length: size }, (_, i) => ({
      n: from + i,
      type: i % 2 === 0 ? 'tool.started' : 'tool.finished',
      tool: 'shell',
      toolUseId: `call_${from + i - (i % 2)}`,
      ...(i % 2 === 0 ? { input: { command: `cat src/part-${i}.ts` } } : { output: { stdout: text }, ok: true }),
    }));
    return textOf({ agent: 'bench', sessionId: `${prefix}-${session}`, stream: 'one', events });
  };
}

const textOf = (value: unknown): string => JSON.stringify(value);
