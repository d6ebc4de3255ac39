import type { CallCount, Step } from '../../../wire/comparison.ts';
import type { SessionEvent } from '../../../wire/event.ts';
import { limits } from '../../../wire/limits.ts';
import { targetOf } from '../call-target.ts';
import { clip, oneLine } from '../clip.ts';
import { fromFolder } from '../path.ts';

const maxTargetLength = 160;

interface Call {
  step: Step;
  /** Files that it would write, from the working directory on. */
  files: string[];
  approvalId?: string | undefined;
}

/**
 * What a comparison knows of a session's log: its tool calls in their order, and the files that they edited. Outputs and what was written
 * are not kept, so a log of any length comes to little. A call counts once, however often its agent tells of it.
 */
export class LogOutline {
  eventsRead = 0;
  readonly tools = new Map<string, CallCount>();
  /** The first ones; `stepsLeftOut` came after them. */
  readonly steps: Step[] = [];
  stepsLeftOut = 0;
  /** Edits by file; `editsLeftOut` went to files beyond the cap. */
  readonly edits = new Map<string, number>();
  editsLeftOut = 0;
  private readonly cwd: string | null;
  private readonly open = new Map<string, Call>();

  constructor(cwd: string | null) {
    this.cwd = cwd;
  }

  /** Takes the next event, in seq order. */
  read(event: SessionEvent): void {
    this.eventsRead += 1;
    if (event.type === 'tool.started') this.start(event);
    else if (event.type === 'tool.finished' || event.type === 'tool.failed') this.end(event);
    else if (event.type === 'permission.requested') this.ask(event);
    else if (event.type === 'control') this.decide(event);
  }

  private start(event: SessionEvent): void {
    const call = this.open.get(idOf(event)) ?? this.add(event);
    // A call that was held is told again when its agent is resumed.
    if (event.approval) call.approvalId = event.approval.id;
    this.judge(call.step, event.refused ? 'refused' : 'open');
  }

  private end(event: SessionEvent): void {
    const known = this.open.get(idOf(event));
    const call = known ?? this.add(event);
    this.open.delete(idOf(event));
    if (call.step.outcome === 'refused') return;
    // The room closes calls whose answer never came: that is no failure of the tool.
    if (event.hook === 'flightdeck') return;
    const hasFailed = event.type === 'tool.failed' || event.ok === false;
    this.judge(call.step, hasFailed ? 'failed' : 'ok');
    if (!hasFailed) for (const file of call.files) this.edit(file);
  }

  private ask({ toolUseId, approval }: SessionEvent): void {
    const call = toolUseId === undefined ? undefined : this.open.get(toolUseId);
    if (call && approval) call.approvalId = approval.id;
  }

  private decide({ control }: SessionEvent): void {
    const isDenied =
      control?.action === 'approval_denied' || (control?.action === 'approval_expired' && control.answer === 'deny');
    if (!isDenied || control.approvalId === undefined) return;
    for (const call of this.open.values()) if (call.approvalId === control.approvalId) this.judge(call.step, 'refused');
  }

  private add(event: SessionEvent): Call {
    const { tool = 'unknown', input, seq } = event;
    const { command, paths, touches } = targetOf(tool, input, this.cwd);
    const files = [...new Set(paths.map((path) => fromFolder(path, this.cwd)))];
    const step: Step = { seq, tool, target: targetWords(command ?? files[0] ?? ''), outcome: 'open' };
    const call: Call = { step, files: touches ? files : [] };
    this.open.set(idOf(event), call);
    // An agent that never ends its calls must not fill the memory.
    if (this.open.size > limits.maxOpenCalls) this.forgetOldest();
    const count = this.tools.get(tool) ?? { calls: 0, failed: 0, refused: 0 };
    count.calls += 1;
    this.tools.set(tool, count);
    if (this.steps.length < limits.maxComparedSteps) this.steps.push(step);
    else this.stepsLeftOut += 1;
    return call;
  }

  private judge(step: Step, outcome: Step['outcome']): void {
    const count = this.tools.get(step.tool);
    if (count && (step.outcome === 'failed' || step.outcome === 'refused')) count[step.outcome] -= 1;
    if (count && (outcome === 'failed' || outcome === 'refused')) count[outcome] += 1;
    step.outcome = outcome;
  }

  private edit(file: string): void {
    const times = this.edits.get(file);
    if (times === undefined && this.edits.size >= limits.maxComparedFiles) this.editsLeftOut += 1;
    else this.edits.set(file, (times ?? 0) + 1);
  }

  private forgetOldest(): void {
    const [oldest] = this.open.keys();
    if (oldest !== undefined) this.open.delete(oldest);
  }
}

/** The room gives every call an id; a log of before that has the number of the event. */
const idOf = ({ toolUseId, seq }: SessionEvent): string => toolUseId ?? `call_${seq}`;

/** A copy: a piece of a text would keep all of it in memory. */
const targetWords = (text: string): string =>
  JSON.parse(JSON.stringify(oneLine(clip(text, maxTargetLength * 2), maxTargetLength)));
