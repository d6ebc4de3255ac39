import type { LeftOut } from '../../wire/snapshot.ts';
import { dim, plain, yellow } from '../terminal.ts';

const shown = 20;
const reasons: Record<LeftOut['why'], string> = {
  secret: 'it may hold secrets; --with-secrets takes such files',
  too_large: 'it is too large',
  unreadable: 'it cannot be read, or changes all the time',
  special: 'it is neither a file nor a link',
};

/** What a snapshot does not hold, for a person to check. */
export function leftOutLines(leftOut: readonly LeftOut[]): string[] {
  if (leftOut.length === 0) return [];
  const lines = leftOut.slice(0, shown).map(({ path, why }) => `  ${plain(path)}  ${dim(reasons[why])}`);
  const more = leftOut.length > shown ? [`  … and ${leftOut.length - shown} more`] : [];
  return [yellow(`Left out (${leftOut.length}):`), ...lines, ...more];
}
