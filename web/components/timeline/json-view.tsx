import { useMemo } from 'preact/hooks';
import { OutputBlock } from './output-block.tsx';

/** Raw data, for whoever asks to see it. */
export function JsonView({ value, label }: { value: unknown; label: string }) {
  const text = useMemo(() => JSON.stringify(value, null, 2) ?? 'undefined', [value]);
  return <OutputBlock text={text} label={label} />;
}
