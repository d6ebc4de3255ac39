const minute = 60_000;

/** A length of time as people say it: "30 minutes", "6 hours", "2 days". */
export function span(ms: number): string {
  if (ms >= 48 * 60 * minute && ms % (24 * 60 * minute) === 0) return `${ms / (24 * 60 * minute)} days`;
  if (ms >= 60 * minute && ms % (60 * minute) === 0) return counted(ms / (60 * minute), 'hour');
  return counted(Math.round(ms / minute), 'minute');
}

const counted = (n: number, unit: string): string => `${n} ${unit}${n === 1 ? '' : 's'}`;
