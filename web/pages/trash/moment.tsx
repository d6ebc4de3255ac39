import { slowNow } from '../../clock.ts';
import { absolute, clockTime, shortDate } from '../../format.ts';

/** To the second: snapshots without a name differ in nothing else. */
export function Moment({ at }: { at: string }) {
  const ms = Date.parse(at);
  return (
    <time class="numeric" dateTime={at} title={absolute(ms)}>
      {shortDate(ms, slowNow.value)}, {clockTime(ms)}
    </time>
  );
}
