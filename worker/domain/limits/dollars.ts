/** Whole cents where they are exact, else as many digits as it takes. */
export function dollars(microUsd: number): string {
  const exact = (microUsd / 1_000_000).toFixed(6);
  return `$${exact.replace(/(\.\d\d\d*?)0+$/, '$1')}`;
}
