import type { Control, SessionEvent } from '../../wire/event.ts';
import type { SessionControl, SessionPatch, SessionSummary } from '../../wire/session.ts';
import type { Ingest, Ingested, SessionOwner } from '../../worker/domain/ingest.ts';
import { Fleet, type Post } from './fleet.ts';
import { Oracle } from './oracle.ts';
import type { Mishap, Schedule, Step } from './schedule.ts';

type Soon<T> = T | Promise<T>;
type Of<Type extends Step['type']> = Extract<Step, { type: Type }>;

/** Where a schedule is played: a simulated platform around the production core, or a real room in workerd. */
export interface Stage {
  readonly owner: SessionOwner;
  ingest(input: Ingest): Soon<Ingested>;
  summary(): Soon<SessionSummary | null>;
  /** What the log has after `seq`, which the last POST added. */
  eventsAfter(seq: number): Soon<SessionEvent[]>;
  edit(patch: SessionPatch, by: Control['by']): Soon<unknown>;
  control(control: SessionControl, by: NonNullable<Control['by']>): Soon<unknown>;
  limit(limitMicroUsd: number | null, by: NonNullable<Control['by']>): Soon<unknown>;
  refuse(): Soon<unknown>;
  evict(): Soon<void>;
  wait(ms: number): void;
  alarm(step: Pick<Of<'alarm'>, 'early' | 'twice'>): Soon<void>;
  /** The room's alarm as it comes within `ms`, and time goes on until then. */
  nextAlarm(ms: number): Soon<void>;
  strand(step: Of<'strand'>): Soon<void>;
  weather(step: Of<'weather'>): Soon<void>;
  settle(step: Of<'settle'>): Soon<void>;
  connect(spectator: number): Soon<void>;
  receive(step: Of<'receive'>): Soon<void>;
  drop(spectator: number): Soon<void>;
  audience(listens: boolean): void;
  rest(): Promise<void>;
  /** What holds at every moment. */
  check(): Soon<void>;
  /** What holds at the end. */
  finish(oracle: Oracle): Promise<void>;
  /** Deletes the session and checks what is left. */
  remove(): Promise<void>;
}

const ada = { userId: 'usr_1', name: 'Ada' };

/** Plays a schedule on a stage; throws where the room breaks a promise. */
export class Player {
  private readonly stage: Stage;
  private readonly fleet = new Fleet();
  private readonly oracle = new Oracle();
  private posts = 0;

  constructor(stage: Stage) {
    this.stage = stage;
  }

  async play({ steps, ending }: Schedule): Promise<void> {
    for (const step of steps) {
      await this.step(step);
      if (step.type === 'evict' || step.type === 'strand') await this.evicted();
      await this.look();
      await this.stage.check();
    }
    for (const post of this.fleet.rest()) await this.send(post, 'none');
    if (ending === 'remove') return this.stage.remove();
    await this.stage.rest();
    await this.stage.finish(this.oracle);
  }

  private async look(): Promise<void> {
    this.oracle.sees((await this.stage.summary())?.refusedCount ?? 0);
  }

  private async evicted(): Promise<void> {
    await this.look();
    this.oracle.forgetsRefused();
  }

  private async step(step: Step): Promise<void> {
    const { stage, fleet } = this;
    switch (step.type) {
      case 'hook':
        return this.send(fleet.hook(step.name, step.isInside, step.words), step.mishap);
      case 'again':
        return this.send(fleet.again(step.pick), 'none');
      case 'tell': {
        const post = fleet.tell(step.client, step.kinds, step.words);
        return step.isSent ? this.send(post, step.mishap) : undefined;
      }
      case 'resend':
        return this.send(fleet.resend(step.client, step.from, step.count, step.turn), 'none');
      case 'edit':
        await stage.edit(step.title ? { title: `title ${step.words}` } : { tags: [`tag-${step.words}`] }, ada);
        return;
      case 'control':
        await stage.control({ action: step.action }, ada);
        return;
      case 'budget':
        await stage.limit(step.limitMicroUsd, ada);
        return;
      case 'refuse':
        this.oracle.refused += 1;
        await stage.refuse();
        return;
      case 'evict':
        return stage.evict();
      case 'wait':
        return stage.wait(step.ms);
      case 'alarm':
        return stage.alarm(step);
      case 'strand':
        return stage.strand(step);
      case 'weather':
        return stage.weather(step);
      case 'settle':
        return stage.settle(step);
      case 'connect':
        return stage.connect(step.spectator);
      case 'receive':
        return stage.receive(step);
      case 'drop':
        return stage.drop(step.spectator);
      case 'audience':
        return stage.audience(step.listens);
      case 'rest':
        return stage.rest();
      default:
        return step satisfies never;
    }
  }

  private async send(post: Post | undefined, mishap: Mishap): Promise<void> {
    if (!post || post.drafts.length === 0) return;
    this.posts += 1;
    const { stream, drafts } = post;
    const ingest: Ingest = { owner: this.stage.owner, stream, drafts, postId: `post-${this.posts}` };
    await this.post(ingest);
    if (mishap === 'none') return;
    // What happens before the platform's caller repeats a call whose answer it did not get.
    if (mishap === 'evicted, woken by its alarm and repeated') await this.stage.nextAlarm(10_000);
    if (mishap !== 'repeated') {
      await this.stage.evict();
      await this.evicted();
    }
    await this.post(ingest);
  }

  private async post(ingest: Ingest): Promise<void> {
    const { stage, oracle } = this;
    const expected = oracle.take(ingest);
    const before = (await stage.summary())?.lastSeq ?? 0;
    const answer = await stage.ingest(ingest);
    if (!answer.ok) throw new Error(`refused: ${answer.code}`);
    const { accepted, duplicates, lastSeq } = answer;
    if (accepted !== expected.accepted || duplicates !== expected.duplicates) {
      throw new Error(`answered ${accepted} new, ${duplicates} known instead of ${expected.accepted} and ${expected.duplicates}`);
    }
    if (lastSeq === before) return;
    for (const { id, refused } of await stage.eventsAfter(before)) if (refused) oracle.forget(id);
  }
}
