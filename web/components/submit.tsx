import { secondNow } from '../clock.ts';
import { elapsed } from '../format.ts';
import { Button } from './button.tsx';
import { Notice } from './states.tsx';

interface SubmitProps {
  verb: string;
  busy: boolean;
  failure: string | null;
  /** Until then the server will not hear of it; counted down. */
  retryAtMs: number;
}

/** A form's button, with what went wrong above it. */
export function Submit({ verb, busy, failure, retryAtMs }: SubmitProps) {
  const leftMs = retryAtMs === 0 ? 0 : retryAtMs - secondNow.value;
  const throttled = leftMs > 0;
  return (
    <div class="form-submit">
      {throttled && <Notice tone="warn">Too many attempts. You can try again in {elapsed(leftMs + 999)}.</Notice>}
      {!throttled && failure && <Notice tone="bad">{failure}</Notice>}
      <Button kind="primary" type="submit" busy={busy} disabled={throttled}>
        {verb}
      </Button>
    </div>
  );
}
