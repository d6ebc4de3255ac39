import type { Control } from '../../../wire/event.ts';
import type { SnapshotReason } from '../../../wire/snapshot.ts';
import { money } from '../../format.ts';
import { amountOf } from '../costs/budgets-words.ts';

/** What a person, or Flightdeck itself, did to a session, in a few words; `said` is what went with it to the agent. */
export function controlWords(control: Control, said = ''): string {
  const by = control.by ? ` by ${control.by.name}` : '';
  switch (control.action) {
    case 'renamed':
      return `Renamed${by} to “${control.title ?? ''}”`;
    case 'tagged':
      return control.tags?.length ? `Tagged${by}: ${control.tags.join(', ')}` : `Tags removed${by}`;
    case 'timed_out':
      return control.holds ? 'Timed out: it ran too long' : 'Timed out: nothing was heard for too long';
    case 'paused':
      return control.by ? `Paused${by}` : 'Paused: a budget is spent';
    case 'resumed':
      return `Resumed${by}`;
    case 'stopped':
      return `Stopped${by}`;
    case 'budget_changed':
      return `${budgetWords(control)}${by}`;
    case 'budget_exceeded':
      return 'Budget spent';
    case 'approval_allowed':
      return control.scope === 'session' ? `Allowed${by} for this session` : `Allowed${by}`;
    case 'approval_denied':
      return `Denied${by}${control.note ? `: ${control.note}` : ''}`;
    case 'approval_expired':
      return `Nobody answered in time: ${expiredWords[control.answer ?? 'deny']}`;
    case 'message_sent':
      return `Message${by} to the agent: ${said}`;
    case 'collided':
      return `${control.otherTitle ? `“${control.otherTitle}”` : 'Another session'} edits ${control.path ?? 'the same file'}, too`;
    case 'repriced':
      return `Cost corrected${by} by ${money(control.deltaMicroUsd ?? 0)}`;
    case 'parent_found':
      return control.branch ? 'What it spends counts toward its parent’s budget, too' : 'Started by another session';
    case 'parent_ignored':
      return control.branch ? 'What it spends counts for itself alone' : 'Names a parent session that counts for nothing';
    case 'branched':
      return `Branched off${by} at event ${control.branch?.fromSeq ?? '?'}`;
    case 'branch_merged':
      return `Outcome of the branch${control.branch?.name ? ` “${control.branch.name}”` : ''}, attached${by}: ${outcomeWords(control.outcome) || said}`;
    case 'merged':
      return `Outcome given to its parent${by}`;
    case 'branch_made':
      return control.branch?.name ? `Branch${by}: “${control.branch.name}”` : `Branch made${by}`;
    case 'restored':
      return `Brought back from the trash${by}`;
    case 'snapshot_taken':
      return `Snapshot${control.snapshotName ? ` “${control.snapshotName}”` : ''} taken${reasonWords(control.snapshotReason)}${by}`;
    case 'requested':
      return `Asked for${by}${control.request ? ` (${control.request.source.label})` : ''}`;
    case 'claimed':
      return `Taken by ${control.machine ?? 'a machine'}`;
    case 'unclaimed':
      return control.machine ? `${control.machine} has gone` : 'Given back by its machine';
    default:
      return control.action satisfies never;
  }
}

/** The words in full, then what they cost and changed: the row shows the first line of it, the detail all. */
function outcomeWords(outcome: Control['outcome']): string {
  if (!outcome) return '';
  const { words, files, fileCount, costMicroUsd } = outcome;
  const others = fileCount > files.length ? ` and ${fileCount - files.length} more` : '';
  const changed = fileCount === 0 ? 'no files changed' : `changed ${files.join(', ')}${others}`;
  return `${words}\n\n${money(costMicroUsd)}, ${changed}`;
}

function budgetWords({ limitMicroUsd, limitTokens }: Control): string {
  const set = [
    ...(typeof limitMicroUsd === 'number' ? [money(limitMicroUsd)] : []),
    ...(typeof limitTokens === 'number' ? [amountOf(limitTokens, 'tokens')] : []),
  ];
  return set.length > 0 ? `Budget set to ${set.join(' and ')}` : 'Budget taken away';
}

const expiredWords = {
  allow: 'it may run',
  deny: 'denied',
  terminal: 'left to its terminal',
  defer: 'the agent left, and asks again when it is resumed',
} as const;

const reasons: Record<SnapshotReason, string> = {
  manual: '',
  start: ' as the session began',
  end: ' as the session ended',
  rule: ' before a call',
  interval: ' by the clock',
  restore: ' before a restore',
  upload: ' from an upload',
};

const reasonWords = (reason: SnapshotReason | undefined): string => (reason === undefined ? '' : reasons[reason]);
