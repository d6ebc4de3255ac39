import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { NativeAgent } from '../../wire/agent.ts';
import type { FailMode } from '../../wire/organization-limits.ts';
import { connectFiles } from '../../worker/adapters/connect.ts';

const token = 'fdi_eyJhbGciOiJIUzI1NiJ9.e30.c2ln-_';
const hostile = "https://edge.example/it's/$(touch pwned)/`id`/%22;x";

type Hook = Record<string, unknown>;

function connect(agent: NativeAgent, baseUrl = 'https://edge.example/', fail?: FailMode) {
  const { files, notes } = connectFiles(agent, { baseUrl, token, ...(fail && { fail }) });
  const contentOf = (path: string) => files.find((file) => file.path === path)?.content ?? '';
  return { files, notes, contentOf };
}

/** Every hook of a settings file, with its event. */
function hooksIn(content: string): { event: string; hook: Hook }[] {
  const { hooks } = JSON.parse(content) as { hooks: Record<string, { hooks: Hook[] }[]> }; // we wrote it
  return Object.entries(hooks).flatMap(([event, groups]) =>
    groups.flatMap((group) => group.hooks.map((hook) => ({ event, hook }))),
  );
}

// `curl` and `git` of our own, first on the PATH: one prints its arguments, the other is a repository with a secret in its remote.
const bin = mkdtempSync(join(tmpdir(), 'flightdeck-connect-'));
for (const [name, script] of [
  ['curl', 'cat >/dev/null; for word in "$@"; do printf \'%s\\n\' "$word"; done'],
  [
    'git',
    'case "$*" in config*) echo https://user:secret@github.com/o/n.git;; *--show-prefix) echo packages/ui/;; *) echo "a branch";; esac',
  ],
] as const) {
  writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(bin, name), 0o755);
}
afterAll(() => rmSync(bin, { recursive: true }));

/** The words that a hook's command hands to curl, as a shell reads it. */
function words(command: unknown): string[] {
  const env = { PATH: `${bin}:${process.env.PATH}`, HOME: '/home/dev', FLIGHTDECK_TOKEN: token };
  return execFileSync('/bin/sh', ['-c', String(command)], { env, cwd: bin, input: '{}' })
    .toString()
    .split('\n');
}

describe('the settings of Claude Code', () => {
  const { files, contentOf } = connect('claude-code');
  const settings = JSON.parse(contentOf('~/.claude/settings.json'));

  it('are one file', () => {
    expect(files.map((file) => file.path)).toEqual(['~/.claude/settings.json']);
    expect(Object.keys(settings)).toEqual(['env', 'hooks']);
  });

  it('send telemetry as JSON to this deployment, with the token', () => {
    expect(settings.env).toEqual({
      FLIGHTDECK_TOKEN: token,
      CLAUDE_CODE_ENABLE_TELEMETRY: '1',
      OTEL_LOGS_EXPORTER: 'otlp',
      OTEL_METRICS_EXPORTER: 'otlp',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'https://edge.example/otlp',
      OTEL_EXPORTER_OTLP_HEADERS: `Authorization=Bearer ${token}`,
      OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: 'delta',
      OTEL_LOGS_EXPORT_INTERVAL: '1000',
    });
  });

  it('post every hook natively, but the two that cannot be http', () => {
    for (const { event, hook } of hooksIn(contentOf('~/.claude/settings.json'))) {
      expect(hook.timeout).toBeGreaterThan(0);
      expect(hook.timeout).toBeLessThanOrEqual(event === 'PreToolUse' || event === 'PermissionRequest' ? 300 : 5);
      if (event === 'SessionStart' || event === 'Setup') {
        expect(hook.type).toBe('command');
        continue;
      }
      expect(hook).toEqual({
        type: 'http',
        url: 'https://edge.example/hooks/claude-code',
        headers: { Authorization: 'Bearer $FLIGHTDECK_TOKEN', 'X-Flightdeck-Timeout': String(hook.timeout) },
        allowedEnvVars: ['FLIGHTDECK_TOKEN'],
        timeout: hook.timeout,
        onFailure: 'continue',
      });
    }
  });

  it('hold prompts and tool calls while we are away, where the project wants that, and nothing that has happened', () => {
    const strict = connect('claude-code', undefined, 'closed');
    const blocking = hooksIn(strict.contentOf('~/.claude/settings.json')).filter(({ hook }) => hook.onFailure === 'block');
    expect(blocking.map(({ event }) => event)).toEqual(['UserPromptSubmit', 'PreToolUse']);
    expect(strict.notes.join(' ')).toMatch(/is held.*"onFailure": "block".*2\.1\.295/);
    expect(connect('claude-code').notes.join(' ')).toContain('the agent goes on ("onFailure": "continue"), as this project says');
  });

  it('hear everything that holds, starts or ends something, and leave worktrees to git', () => {
    const events = Object.keys(settings.hooks);
    for (const event of [
      'SessionStart',
      'UserPromptSubmit',
      'PreToolUse',
      'PostToolUse',
      'PostToolUseFailure',
      'PostToolBatch',
      'Stop',
      'SessionEnd',
    ])
      expect(events).toContain(event);
    expect(events).not.toContain('WorktreeCreate');
  });

  it('keep the token in one place, besides the telemetry header', () => {
    expect(contentOf('~/.claude/settings.json').split(token)).toHaveLength(3);
  });

  it('start a session with repository and branch, and never say a word', () => {
    const [start] = settings.hooks.SessionStart[0].hooks;
    const said = words(start.command);
    expect(said).toContain(`authorization: Bearer ${token}`);
    expect(said).toContain('x-flightdeck-repository: https://github.com/o/n.git');
    expect(said).toContain('x-flightdeck-branch: a branch');
    expect(said).toContain('x-flightdeck-folder: ./packages/ui/');
    expect(said).toContain('-o');
    expect(said).toContain('https://edge.example/hooks/claude-code');
  });

  it('warn of an address that Claude Code would not call', () => {
    expect(connect('claude-code', 'http://192.168.1.5:8787').notes.join(' ')).toContain('192.168.1.5');
    expect(connect('claude-code', 'http://127.0.0.1:8787').notes.join(' ')).not.toContain('127.0.0.1:8787 will not');
  });
});

describe('the settings of Codex', () => {
  const { files, contentOf, notes } = connect('codex');

  it('are hooks, telemetry, and the token in a file of its own', () => {
    expect(files.map((file) => file.path)).toEqual(['~/.codex/hooks.json', '~/.codex/config.toml', '~/.codex/flightdeck.curl']);
    expect(contentOf('~/.codex/hooks.json')).not.toContain(token);
    expect(contentOf('~/.codex/config.toml')).toBe(
      [
        '[otel]',
        'log_user_prompt = false',
        `exporter = { otlp-http = { endpoint = "https://edge.example/otlp/v1/logs", protocol = "json", headers = { "authorization" = "Bearer ${token}" } } }`,
        '',
      ].join('\n'),
    );
  });

  it('are commands alone, because anything else would switch off the whole file', () => {
    const limits: Record<string, number> = { SessionEnd: 3, Interrupt: 3, PreToolUse: 301, PermissionRequest: 301 };
    for (const { event, hook } of hooksIn(contentOf('~/.codex/hooks.json'))) {
      expect(Object.keys(hook)).toEqual(['type', 'command', 'timeout']);
      expect(hook.type).toBe('command');
      expect(hook.timeout).toBeLessThanOrEqual(limits[event] ?? 6);
    }
  });

  it('print our answer only where it can hold something back or reaches the model', () => {
    const silent = hooksIn(contentOf('~/.codex/hooks.json')).filter(({ hook }) => words(hook.command).includes('-o'));
    expect(silent.map(({ event }) => event)).toEqual(['PostCompact', 'SubagentStart', 'SubagentStop', 'Interrupt', 'SessionEnd']);
  });

  it('say that the hooks have to be trusted first', () => {
    expect(notes.join(' ')).toContain('approve the hooks');
  });
});

describe('the settings of Gemini CLI', () => {
  const { files, contentOf } = connect('gemini-cli');

  it('are hooks and telemetry, and the token in files of their own', () => {
    expect(files.map((file) => file.path)).toEqual(['~/.gemini/settings.json', '~/.gemini/flightdeck.curl', '~/.gemini/.env']);
    expect(JSON.parse(contentOf('~/.gemini/settings.json')).telemetry).toEqual({
      enabled: true,
      target: 'local',
      otlpEndpoint: 'https://edge.example/otlp',
      otlpProtocol: 'http',
      logPrompts: false,
    });
    expect(contentOf('~/.gemini/settings.json')).not.toContain(token);
    expect(contentOf('~/.gemini/.env')).toBe(`OTEL_EXPORTER_OTLP_HEADERS="Authorization=Bearer ${token}"\n`);
  });

  it('count timeouts in milliseconds', () => {
    for (const { hook } of hooksIn(contentOf('~/.gemini/settings.json'))) expect(hook.timeout).toBeGreaterThanOrEqual(3000);
  });
});

describe('every agent’s settings', () => {
  const settingsOf = (agent: NativeAgent) => hooksIn(connect(agent).files[0]?.content ?? '');
  const isHeld = (event: string) => ['PreToolUse', 'PermissionRequest', 'BeforeTool'].includes(event);

  it.each(NativeAgent.options)('of %s give a person minutes where they may have to decide, and nobody else', (agent) => {
    const unit = agent === 'gemini-cli' ? 1000 : 1;
    const slow = settingsOf(agent).filter(({ hook }) => Number(hook.timeout) > 10 * unit);
    expect(slow.length).toBeGreaterThan(0);
    for (const { event, hook } of slow) expect([isHeld(event), Number(hook.timeout) >= 300 * unit]).toEqual([true, true]);
    expect(settingsOf(agent).filter(({ event }) => isHeld(event))).toEqual(slow);
  });

  it.each(['codex', 'gemini-cli'] as const)('of %s tell us how long curl waits, which ends before the agent does', (agent) => {
    const unit = agent === 'gemini-cli' ? 1000 : 1;
    for (const { hook } of settingsOf(agent)) {
      const said = words(hook.command);
      const seconds = Number(said[said.indexOf('-m') + 1]);
      expect(said).toContain(`x-flightdeck-timeout: ${seconds}`);
      expect(seconds * unit).toBeLessThan(Number(hook.timeout));
      expect(Number(said[said.indexOf('--connect-timeout') + 1])).toBe(3);
    }
  });

  it.each(['codex', 'gemini-cli'] as const)(
    'of %s say that curl cannot hold the agent where the project wants it held',
    (agent) => {
      expect(connect(agent).notes.join(' ')).not.toContain('cannot do that');
      expect(connect(agent, undefined, 'closed').notes.join(' ')).toContain(`(flightdeck connect ${agent})`);
      expect(connect(agent, undefined, 'closed').files).toEqual(connect(agent).files);
    },
  );

  it.each(NativeAgent.options)('of %s hold no command that a base URL could break out of', (agent) => {
    const { files } = connect(agent, hostile);
    const [settings] = files.filter((file) => file.path.endsWith('.json'));
    for (const { hook } of hooksIn(settings?.content ?? '').filter(({ hook }) => hook.type === 'command')) {
      const base = new URL(hostile);
      expect(words(hook.command)).toContain(`${base.origin}${base.pathname}/hooks/${agent}`);
    }
  });

  it.each(NativeAgent.options)('of %s end well where curl and git are missing', (agent) => {
    const { files } = connect(agent);
    const [settings] = files.filter((file) => file.path.endsWith('.json'));
    for (const { hook } of hooksIn(settings?.content ?? '').filter(({ hook }) => hook.type === 'command'))
      expect(
        execFileSync('/bin/sh', ['-c', String(hook.command)], {
          env: { PATH: '/nowhere' },
          stdio: ['ignore', 'pipe', 'pipe'],
        }).toString(),
      ).toBe('');
  });

  it.each(NativeAgent.options)('of %s refuse a base URL or a token that is none', (agent) => {
    for (const baseUrl of [
      'edge.example',
      'ftp://edge.example',
      'https://u:p@edge.example',
      'https://edge.example/?x',
      'https://edge.example/#x',
    ])
      expect(() => connectFiles(agent, { baseUrl, token })).toThrow(TypeError);
    for (const bad of ['', 'a"b', "a'b", 'a b', 'a\nb', '$x'])
      expect(() => connectFiles(agent, { baseUrl: 'https://edge.example', token: bad })).toThrow(TypeError);
  });
});
