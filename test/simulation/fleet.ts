import { claudeCode } from '../../worker/adapters/agents/claude-code.ts';
import { readIngestEvent } from '../../worker/adapters/agents/generic.ts';
import type { Draft } from '../../worker/domain/draft.ts';
import { prepare } from '../../worker/routes/ingest/prepare.ts';
import type { HookName, Kind } from './schedule.ts';

/** What one POST brings; `id` of every draft is its mark: the simulation's own name of the logical event. */
export interface Post {
  stream?: string;
  drafts: Draft[];
}

/** Texts that people and agents do send. The second is cut inside a surrogate pair where a title or an activity is cut. */
const texts = [
  'add a test',
  `a${'🛰️'.repeat(120)}`,
  '<script>alert(1)</script>\nsecond line',
  '<task-notification>a background task is done</task-notification>',
  '\ud800 alone',
  'NUL \0 and \u001b[31mred',
  '   ',
  "'; DROP TABLE log; --",
];
/** Names that an object has by itself must be names like any other. */
const names = ['__proto__', 'constructor', 'toString', '7', 'toolu_a', 'call_1', '3'];
const tools = ['Bash', 'Agent', 'Edit', 'constructor', 'Task'];
const streams = ['__proto__', 'laptop'];

/** Everybody who sends: one Claude Code that is answered, and five clients that retry what was not acknowledged. */
export class Fleet {
  private readonly agent = new NativeAgent();
  private readonly clients = [0, 1, 2, 3, 4].map((index) => new Client(index));

  hook(name: HookName, isInside: boolean, words: number): Post {
    return { drafts: this.agent.fire(name, isInside, words) };
  }

  /** An earlier hook that its key identifies; undefined before there is one. */
  again(pick: number): Post | undefined {
    const { keyed } = this.agent;
    const found = keyed[pick % Math.max(1, keyed.length)];
    return found && { drafts: [found] };
  }

  tell(client: number, kinds: Kind[], words: number): Post {
    return this.of(client).tell(kinds, words);
  }

  resend(client: number, from: number, count: number, turn: number): Post | undefined {
    return this.of(client).resend(from, count, turn);
  }

  /** All that clients still owe: each sends its whole spool a last time. */
  *rest(): Generator<Post> {
    for (const client of this.clients) yield* client.all();
  }

  private of(index: number): Client {
    const client = this.clients[index % this.clients.length];
    if (!client) throw new Error('the fleet is empty');
    return client;
  }
}

const atMs = Date.UTC(2026, 10, 21, 12);

/** As the Worker hands it to the room, but with our mark for an id. */
function marked(draft: Draft, mark: string): Draft {
  return { ...prepare(draft, atMs), id: mark };
}

/** A Claude Code: one hook after the other, calls with ids, a subagent at times. */
class NativeAgent {
  readonly keyed: Draft[] = [];
  private count = 0;
  private readonly open: { id: string; tool: string; agentId: string | undefined }[] = [];
  private batch: { tool_name: string; tool_use_id: string; tool_input: object; tool_response: string }[] = [];

  fire(name: HookName, isInside: boolean, words: number): Draft[] {
    this.count += 1;
    const agentId = isInside ? 'agent-1' : undefined;
    const body = {
      session_id: 'native',
      hook_event_name: name,
      cwd: '/home/dev/project',
      ...(agentId && { agent_id: agentId, agent_type: 'general-purpose' }),
      ...this.own(name, agentId, words),
    };
    const read = claudeCode.read(JSON.parse(JSON.stringify(body)));
    if (!read.ok) throw new Error(read.message);
    const drafts = read.drafts.map((draft, index) => marked(draft, `hook-${this.count}-${index}`));
    this.keyed.push(...drafts.filter(({ key }) => key !== undefined));
    return drafts;
  }

  private own(name: HookName, agentId: string | undefined, words: number): object {
    const text = texts[words % texts.length];
    switch (name) {
      case 'SessionStart':
        return { source: 'startup', model: 'claude-opus-5-5', agent_id: undefined };
      case 'UserPromptSubmit':
        return { prompt: text, agent_id: undefined };
      case 'MessageDisplay':
        return { message_id: `m${this.count}`, index: 0, delta: text };
      case 'PreToolUse':
        return this.start(agentId, words);
      case 'PermissionRequest':
        return { tool_name: tools[words % tools.length], tool_input: {} };
      case 'PostToolUse':
      case 'PostToolUseFailure':
        return this.finish(name, agentId, words);
      case 'PostToolBatch':
        return this.tellBatch(words);
      case 'Stop':
        return { last_assistant_message: text, agent_id: undefined };
      case 'StopFailure':
        return { error: 'server_error', agent_id: undefined };
      case 'SessionEnd':
        return { reason: 'other', agent_id: undefined };
      case 'SubagentStart':
      case 'SubagentStop':
        return { agent_id: 'agent-1', agent_type: 'general-purpose' };
      case 'Notification':
        return { message: text };
      case 'InstructionsLoaded':
        return { file_path: text };
      default:
        return name satisfies never;
    }
  }

  private start(agentId: string | undefined, words: number) {
    const id = `${names[words % names.length]}${words < names.length ? '' : `-${this.count}`}`;
    const tool = tools[words % tools.length] ?? 'Bash';
    this.open.push({ id, tool, agentId });
    return { tool_name: tool, tool_use_id: id, tool_input: { command: texts[words % texts.length] } };
  }

  private finish(name: string, agentId: string | undefined, words: number) {
    const [call = { id: `unstarted-${this.count}`, tool: 'Read', agentId }] = this.open.splice(words % 2, 1);
    const { id, tool } = call;
    this.batch.push({ tool_name: tool, tool_use_id: id, tool_input: {}, tool_response: 'done' });
    const result = name === 'PostToolUse' ? { tool_response: { stdout: texts[words % texts.length] } } : { error: 'Exit code 3' };
    return { tool_name: tool, tool_use_id: id, tool_input: {}, agent_id: call.agentId, ...result };
  }

  /** Tells of the calls that ended and, at times, of one that was denied. */
  private tellBatch(words: number) {
    const denied = words % 3 === 0 ? this.open.splice(0, 1) : [];
    const refused = denied.map(({ id, tool }) => ({ tool_name: tool, tool_use_id: id, tool_input: {}, tool_response: 'denied' }));
    const calls = [...this.batch, ...refused];
    this.batch = [];
    return { tool_calls: calls };
  }
}

/** A client that keeps what it has to tell until it is acknowledged, and sends it as often as it likes. */
class Client {
  private readonly index: number;
  private readonly stream: string | undefined;
  private readonly spool: Draft[] = [];
  private calls = 0;
  private returns = 0;
  private bare = 0;

  constructor(index: number) {
    this.index = index;
    this.stream = streams[index];
  }

  tell(kinds: Kind[], words: number): Post {
    const drafts: Draft[] = [];
    for (const kind of kinds) {
      const draft = this.index >= 3 ? this.telemetry(kind) : this.event(kind, words);
      drafts.push(draft);
      // What nothing identifies is sent once and never again.
      if (draft.key !== undefined || draft.n !== undefined) this.spool.push(draft);
    }
    return { stream: this.stream, drafts };
  }

  resend(from: number, count: number, turn: number): Post | undefined {
    const start = from % Math.max(1, this.spool.length);
    const stretch = this.spool.slice(start, start + count);
    if (stretch.length === 0) return undefined;
    const at = turn % stretch.length;
    return { stream: this.stream, drafts: [...stretch.slice(at), ...stretch.slice(0, at)] };
  }

  *all(): Generator<Post> {
    for (let from = 0; from < this.spool.length; from += 3)
      yield { stream: this.stream, drafts: this.spool.slice(from, from + 3) };
  }

  private event(kind: Kind, words: number): Draft {
    const at = this.spool.length + 1;
    if (kind === 'bare') this.bare += 1;
    const mark = kind === 'bare' ? `bare-${this.index}-${this.bare}` : `client-${this.index}-${at}`;
    const numbered = this.stream === undefined ? { id: mark } : { n: at };
    const identity = kind === 'bare' ? {} : numbered;
    const body = JSON.parse(JSON.stringify({ ...identity, ...this.body(kind, words) }));
    return marked(readIngestEvent(body, this.stream), mark);
  }

  private body(kind: Kind, words: number): { type: string } & Record<string, unknown> {
    const text = texts[words % texts.length];
    const usage = { input: 10 + words, output: 5, cacheRead: 1, cacheWrite: 2, model: 'claude-opus-5-5' };
    switch (kind) {
      case 'message':
        return { type: 'message', text };
      case 'prompt':
        return { type: 'prompt', text };
      case 'call':
        this.calls += 1;
        return { type: 'tool.started', tool: 'Bash', toolUseId: `client-${this.index}-call-${this.calls}` };
      case 'return':
        this.returns += 1;
        return { type: 'tool.finished', tool: 'Bash', toolUseId: `client-${this.index}-call-${this.returns}`, ok: true };
      case 'usage':
        return { type: 'usage', usage, costMicroUsd: words };
      case 'unpriced':
        return { type: 'usage', usage: { ...usage, model: 'nobody-knows-this-model' } };
      case 'told':
        return { type: 'message', text, usage, costMicroUsd: words };
      case 'end':
        return { type: 'session.ended' };
      case 'bare':
        return { type: 'tool.started', tool: 'Read', input: { path: text } };
      default:
        return kind satisfies never;
    }
  }

  /** A model call from a telemetry exporter: the fourth client exports logs, the fifth metrics. */
  private telemetry(kind: Kind): Draft {
    const at = this.spool.length + 1;
    const source = this.index === 3 ? 'logs' : 'metrics';
    const usage = { input: 100 * at, output: 7, cacheRead: 3, cacheWrite: 1, model: 'claude-opus-5-5', requestId: `req_${at}` };
    const draft: Draft = {
      type: 'usage',
      hook: 'claude_code.api_request',
      key: `${source}:req_${at}`,
      usage: kind === 'unpriced' ? { ...usage, model: 'nobody-knows-this-model' } : usage,
      usageSource: source,
      costMicroUsd: kind === 'unpriced' ? undefined : 1000 * at,
    };
    return marked(draft, `client-${this.index}-${at}`);
  }
}
