import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { agents } from '../../cli/agent.ts';
import { commandFlavour, hookCommand } from '../../cli/settings/command-flavour.ts';
import { httpFlavour } from '../../cli/settings/http-flavour.ts';
import { type FileReceipt, holds, merge, unmerge, type WantedFile } from '../../cli/settings/settings-file.ts';
import { connectFiles } from '../../worker/adapters/connect.ts';

const target = { baseUrl: 'https://flightdeck.test', token: 'fdi_token' };
const native = (agent: (typeof agents)[number]) => connectFiles(agent, target).files;
const wanted = agents.flatMap((agent) => commandFlavour(native(agent), hookCommand(agent, ['flightdeck'])));
const named = (path: string): WantedFile => {
  const file = wanted.find((each) => each.path === path);
  if (!file) throw new Error(`There is no ${path}.`);
  return file;
};
const claude = named('~/.claude/settings.json');

function merged(file: WantedFile, text: string | null): FileReceipt {
  const result = merge(file, text);
  if (!result.ok) throw new Error(result.why);
  return result.receipt;
}

// Settings as people have them: with hooks of their own, some in the way of ours, and anything else.
const handler = fc.record({ type: fc.constant('command'), command: fc.string() });
const group = fc.record({ matcher: fc.string(), hooks: fc.array(handler, { maxLength: 2 }) }, { requiredKeys: ['hooks'] });
const event = fc.constantFrom('PreToolUse', 'SessionStart', 'Stop', 'BeforeTool', 'Mine');
const settings = fc.record(
  {
    env: fc.dictionary(fc.constantFrom('PATH', 'OTEL_LOGS_EXPORTER', 'OTEL_EXPORTER_OTLP_ENDPOINT'), fc.string()),
    hooks: fc.dictionary(event, fc.array(group, { maxLength: 3 })),
    telemetry: fc.dictionary(fc.constantFrom('enabled', 'target', 'other'), fc.jsonValue({ maxDepth: 1 })),
    permissions: fc.jsonValue({ maxDepth: 2 }),
    model: fc.string(),
  },
  { requiredKeys: [] },
);
const indent = fc.constantFrom<(number | string)[]>(2, 4, '\t', 0);
const written = fc.tuple(settings, indent, fc.constantFrom('\n', '', '\r\n')).map(([value, space, end]) => {
  const text = JSON.stringify(value, null, space) + end;
  return end === '\r\n' ? text.replaceAll(/\r?\n/g, '\r\n') : text;
});
const jsonFiles = fc.constantFrom(...wanted.filter(({ path }) => path.endsWith('.json')));

describe('connecting and disconnecting', () => {
  it('leaves any settings file byte for byte as it was', () => {
    fc.assert(
      fc.property(jsonFiles, fc.option(written), (file, text) => {
        const receipt = merged(file, text);
        expect(unmerge(receipt, receipt.after)).toBe(text);
      }),
      { numRuns: 100 },
    );
  });

  it('leaves what its owner has changed in between, and nothing of ours', () => {
    fc.assert(
      fc.property(jsonFiles, written, fc.string(), indent, (file, text, note, space) => {
        const receipt = merged(file, text);
        // An agent or an editor has written the file anew, with one setting more.
        const rewritten = JSON.stringify({ ...JSON.parse(receipt.after), note }, null, space);
        const left = unmerge(receipt, rewritten);
        expect(JSON.parse(left ?? '')).toEqual({ ...JSON.parse(text), note });
      }),
      { numRuns: 100 },
    );
  });

  it('puts in everything that the server asks for, beside everything that was there', () => {
    fc.assert(
      fc.property(jsonFiles, written, (file, text) => {
        const { after } = merged(file, text);
        const [before, ours, both] = [JSON.parse(text), JSON.parse(file.content), JSON.parse(after)];
        for (const [name, groups] of Object.entries<unknown[]>(ours.hooks))
          expect(both.hooks[name]).toEqual([...(before.hooks?.[name] ?? []), ...groups]);
        expect(both.env).toEqual(ours.env || before.env ? { ...before.env, ...ours.env } : undefined);
        expect(both.permissions).toEqual(before.permissions);
      }),
      { numRuns: 100 },
    );
  });

  it('twice puts nothing in twice', () => {
    fc.assert(
      fc.property(jsonFiles, written, (file, text) => {
        const once = merged(file, text);
        expect(merged(file, once.after).after).toBe(once.after);
        expect(holds(once, once.after)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  it('keeps comments and the order of a file', () => {
    const text = '{\n    // mine\n    "model": "opus", /* also mine */\n    "env": {\n        "A": "1"\n    }\n}\n';
    const { after } = merged(claude, text);
    expect(after).toContain('// mine\n    "model": "opus", /* also mine */');
    expect(after).toContain('        "A": "1",\n        "CLAUDE_CODE_ENABLE_TELEMETRY": "1"');
  });

  it('gives back a value that ours replaced, unless it was changed since', () => {
    const receipt = merged(claude, '{ "env": { "OTEL_LOGS_EXPORTER": "console" } }');
    expect(JSON.parse(receipt.after).env.OTEL_LOGS_EXPORTER).toBe('otlp');
    const touched = `${receipt.after}\n`;
    expect(JSON.parse(unmerge(receipt, touched) ?? '').env).toEqual({ OTEL_LOGS_EXPORTER: 'console' });
    const changed = receipt.after.replace('"OTEL_LOGS_EXPORTER": "otlp"', '"OTEL_LOGS_EXPORTER": "none"');
    expect(JSON.parse(unmerge(receipt, changed) ?? '').env).toEqual({ OTEL_LOGS_EXPORTER: 'none' });
  });

  it('notices when something of ours was taken out', () => {
    const receipt = merged(claude, null);
    const { hooks, env } = JSON.parse(receipt.after);
    const { PreToolUse: _, ...others } = hooks;
    expect(holds(receipt, JSON.stringify({ hooks, env }))).toBe(true);
    expect(holds(receipt, JSON.stringify({ hooks: others, env }))).toBe(false);
    expect(holds(receipt, null)).toBe(false);
  });

  it.each([
    ['broken JSON', '{ "env": ', 'not valid JSON (line 1)'],
    ['a list', '[]', 'no JSON object'],
    ['hooks that are a list', '{ "hooks": [] }', '"hooks" is no object'],
    ['an event that is no list', '{ "hooks": { "PreToolUse": {} } }', '"hooks.PreToolUse" is no list'],
    ['an environment that is a text', '{ "env": "A=1" }', '"env" is no object'],
  ])('touches nothing in a file with %s, and says why', (_, text, why) => {
    expect(merge(claude, text)).toEqual({ ok: false, why: expect.stringContaining(why) });
  });
});

describe('a TOML or .env file', () => {
  const toml = named('~/.codex/config.toml');
  const env = named('~/.gemini/.env');

  it('gets a marked block at its end, and loses exactly that', () => {
    for (const file of [toml, env]) {
      for (const text of [null, '', 'a = 1', 'a = 1\n', '# note\na = 1\n\n']) {
        const receipt = merged(file, text);
        expect(receipt.after.startsWith(text ?? '')).toBe(true);
        expect(unmerge(receipt, receipt.after)).toBe(text);
        // Its owner has added lines above and below.
        expect(unmerge(receipt, `z = 0\n${receipt.after}b = 2\n`)).toBe(`z = 0\n${text ?? ''}b = 2\n`);
      }
    }
  });

  it('is left alone where it has that table or variable already', () => {
    expect(merge(toml, '[otel]\nenvironment = "dev"\n')).toEqual({ ok: false, why: 'it has its own [otel]' });
    expect(merge(toml, 'otel = { }\n')).toEqual({ ok: false, why: 'it has its own [otel]' });
    expect(merge(env, 'export OTEL_EXPORTER_OTLP_HEADERS=x\n')).toEqual({
      ok: false,
      why: 'it sets OTEL_EXPORTER_OTLP_HEADERS itself',
    });
  });

  it('is left alone where it is broken', () => {
    expect(merge(toml, '[a\n')).toEqual({ ok: false, why: expect.stringContaining('not valid TOML') });
  });
});

/** By event, in the agent's own unit. */
function timeouts(content: string): Record<string, number | undefined> {
  const { hooks } = JSON.parse(content) as { hooks: Record<string, { hooks: { timeout: number }[] }[]> }; // Ours.
  return Object.fromEntries(Object.entries(hooks).map(([event, [group]]) => [event, group?.hooks[0]?.timeout]));
}

describe('the command flavour', () => {
  it.each(agents)('calls our command for every hook of %s, and needs no curl and no token in the environment', (agent) => {
    const files = commandFlavour(native(agent), hookCommand(agent, ['flightdeck']));
    expect(files.map(({ path }) => path).filter((path) => path.endsWith('.curl'))).toEqual([]);
    const text = files.map(({ content }) => content).join('\n');
    expect(text).not.toContain('curl');
    expect(text).not.toContain('FLIGHTDECK_TOKEN');
    const ours = JSON.parse(files[0]?.content ?? '').hooks;
    const theirs = JSON.parse(native(agent)[0]?.content ?? '').hooks;
    expect(Object.keys(ours)).toEqual(Object.keys(theirs));
    for (const groups of Object.values(ours))
      expect(groups).toEqual([{ hooks: [expect.objectContaining({ type: 'command', command: `flightdeck hook ${agent}` })] }]);
  });

  it.each([
    ['claude-code', ['PermissionRequest', 'PreToolUse'], 86_460],
    ['codex', ['PermissionRequest', 'PreToolUse'], 86_460],
    ['gemini-cli', ['BeforeTool'], 86_460_000],
  ] as const)(
    'may wait for a person as long as any rule in %s, and is else as quick as the server’s own',
    (agent, events, longest) => {
      const [file] = native(agent);
      const [own] = commandFlavour(native(agent), 'flightdeck');
      const before = timeouts(file?.content ?? '');
      const after = timeouts(own?.content ?? '');
      expect(
        Object.keys(after)
          .filter((event) => after[event] !== before[event])
          .sort(),
      ).toEqual(events);
      for (const event of events) expect(after[event]).toBe(longest);
    },
  );

  it('quotes a path that a shell would take apart', () => {
    expect(hookCommand('codex', ['/opt/my node/node', "/home/o'hara/flightdeck.mjs"])).toBe(
      "'/opt/my node/node' '/home/o'\\''hara/flightdeck.mjs' hook codex",
    );
  });
});

describe('hooks that Claude Code posts itself', () => {
  const blocking = (files: readonly WantedFile[]) => {
    const settings = JSON.parse(files[0]?.content ?? '') as { hooks: Record<string, { hooks: { onFailure?: string }[] }[]> };
    const hooks = Object.entries(settings.hooks).flatMap(([name, groups]) =>
      groups.flatMap(({ hooks }) => hooks.map((hook) => ({ name, ...hook }))),
    );
    return hooks.filter(({ onFailure }) => onFailure === 'block').map(({ name }) => name);
  };
  const strict = connectFiles('claude-code', { ...target, fail: 'closed' }).files;

  it('follow the project, unless this machine has a rule of its own', () => {
    const held = ['UserPromptSubmit', 'PreToolUse'];
    expect([blocking(httpFlavour(strict, undefined)), blocking(httpFlavour(native('claude-code'), undefined))]).toEqual([
      held,
      [],
    ]);
    expect([blocking(httpFlavour(native('claude-code'), 'closed')), blocking(httpFlavour(strict, 'open'))]).toEqual([held, []]);
  });
});
