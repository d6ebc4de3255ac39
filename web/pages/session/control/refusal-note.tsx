import type { Refusal } from '../../../../wire/event.ts';
import { Said } from '../../../components/timeline/said.tsx';
import { todoWords } from '../../../models/session/hold-words.ts';

/** That we did not let it happen, what its agent was told, and what a person may do. */
export function RefusalNote({ refusal }: { refusal: Refusal }) {
  return (
    <div class="detail-verdict">
      <p>
        Flightdeck refused this: <Said text={refusal.reason} />
      </p>
      <p class="muted">{todoWords(refusal.because)}</p>
    </div>
  );
}
