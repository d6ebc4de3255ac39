import { money } from '../format.ts';

interface GaugeProps {
  spentMicroUsd: number;
  reservedMicroUsd?: number;
  limitMicroUsd: number;
}

/** Spent (solid) and reserved (light) against a limit. */
export function Gauge({ spentMicroUsd, reservedMicroUsd = 0, limitMicroUsd }: GaugeProps) {
  const share = (value: number) => `${Math.min(100, limitMicroUsd === 0 ? 100 : (value / limitMicroUsd) * 100)}%`;
  const words = `${money(spentMicroUsd)} of ${money(limitMicroUsd)} spent`;
  return (
    <span class={`gauge ${level(spentMicroUsd / limitMicroUsd)}`} role="img" aria-label={words} title={words}>
      <i class="reserved" style={{ width: share(spentMicroUsd + reservedMicroUsd) }} />
      <i class="spent" style={{ width: share(spentMicroUsd) }} />
    </span>
  );
}

function level(used: number): 'full' | 'high' | 'calm' {
  if (used >= 1) return 'full';
  return used >= 0.8 ? 'high' : 'calm';
}
