import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { inject } from 'vitest';
import { type Account, signUp } from '../../../scripts/local/account.ts';
import type { Approval, ApprovalDecision } from '../../../wire/approval.ts';
import type { SessionEvent } from '../../../wire/event.ts';
import type { NewRule } from '../../../wire/rule.ts';
import type { SessionSummary } from '../../../wire/session.ts';
import { ownerOf } from '../../../worker/routes/ingest/owner.ts';
import { startFakeAnthropic } from '../../fixtures/agents/fake-anthropic.mjs';
import { eventually } from '../eventually.ts';
import { person } from '../person.ts';
import { url } from '../server.ts';
import { temporaryFolder } from '../server-process.ts';
import { type ClaudeResult, runClaude } from './real-claude.ts';

type FakeApi = Awaited<ReturnType<typeof startFakeAnthropic>>;

/** One run of Claude Code: its id here is known before it begins. */
export interface Run {
  id: string;
  externalId: string;
  ended: Promise<ClaudeResult>;
}

/** A person whose Claude Code talks to a fake model and is connected to Flightdeck. */
export class Workplace {
  readonly account: Account;
  private readonly home: string;
  private readonly workspace: string;
  private readonly api: FakeApi;

  private constructor(account: Account, api: FakeApi, home: string) {
    this.account = account;
    this.api = api;
    this.home = home;
    this.workspace = join(home, 'project');
    mkdirSync(this.workspace, { recursive: true });
  }

  /** `home` has its settings already; without it they are those that connect returns. */
  static async open(name: string, connected?: { account: Account; home: string }): Promise<Workplace> {
    const api = await startFakeAnthropic();
    if (connected) return new Workplace(connected.account, api, connected.home);
    const workplace = new Workplace(await signUp(url, person(name)), api, temporaryFolder());
    const { files } = await workplace.account.connect('claude-code');
    for (const { path, content } of files) workplace.write(path.replace(/^~\//, ''), content);
    return workplace;
  }

  async close(): Promise<void> {
    await this.api.close();
    rmSync(this.home, { recursive: true, force: true });
  }

  /** A file in the person's home. */
  write(path: string, content: string): void {
    mkdirSync(dirname(join(this.home, path)), { recursive: true });
    writeFileSync(join(this.home, path), content);
  }

  /** A path in the folder that its agent works in. */
  path(name: string): string {
    return join(this.workspace, name);
  }

  start(prompt: string): Run {
    const externalId = randomUUID();
    const actor = { tokenId: '', organizationId: this.account.organizationId, projectId: '', userId: '' };
    const { sessionId: id } = ownerOf(actor, 'claude-code', externalId);
    return { id, externalId, ended: this.claude([prompt, '--session-id', externalId]) };
  }

  /** The same session again, with a prompt or where it left off. */
  resume({ externalId }: Pick<Run, 'externalId'>, prompt?: string): Promise<ClaudeResult> {
    return this.claude([...(prompt === undefined ? [] : [prompt]), '--resume', externalId]);
  }

  private claude(words: string[]): Promise<ClaudeResult> {
    return runClaude(inject('claude'), words, { home: this.home, workspace: this.workspace, apiUrl: this.api.url });
  }

  rule = (rule: Partial<NewRule> & { name: string }) => this.account.call('POST', '/api/rules', rule);

  /** The session, once it is as `is` wants it. */
  session({ id }: Pick<Run, 'id'>, is: (session: SessionSummary) => boolean = () => true): Promise<SessionSummary> {
    return eventually(async () => {
      const session = await this.account.session(id).catch(() => null);
      return session !== null && is(session) && session;
    });
  }

  /** The one call of the session that waits for a person. */
  async waiting(run: Pick<Run, 'id'>): Promise<Approval> {
    const { approvals: [first] = [] } = await this.session(run, ({ approvals = [] }) => approvals.length > 0);
    if (!first) throw new Error('There is one.');
    return first;
  }

  decide = ({ id }: Pick<Run, 'id'>, { id: approvalId }: Approval, decision: Partial<ApprovalDecision>) =>
    this.account.call<SessionSummary>('POST', `/api/sessions/${id}/approvals/${approvalId}`, decision);

  control = ({ id }: Pick<Run, 'id'>, action: 'pause' | 'resume' | 'stop') =>
    this.account.call<SessionSummary>('POST', `/api/sessions/${id}/control`, { action });

  limit = ({ id }: Pick<Run, 'id'>, limitMicroUsd: number) =>
    this.account.call<SessionSummary>('PUT', `/api/sessions/${id}/budget`, { limitMicroUsd });

  events = ({ id }: Pick<Run, 'id'>): Promise<SessionEvent[]> => this.account.events(id);

  /** The conversations, subagents' included, that the model was given with `words` in them. */
  modelCalls(words: string): string[] {
    // As Claude Code sends them; requests without tools are for titles and the like.
    const requests = this.api.requests as { url: string; body: { messages?: unknown; tools?: unknown[] } | null }[];
    return requests
      .filter(({ url, body }) => url.startsWith('/v1/messages') && (body?.tools?.length ?? 0) > 0)
      .map(({ body }) => JSON.stringify(body?.messages))
      .filter((text) => text.includes(words));
  }
}
