const units = ['bytes', 'KB', 'MB', 'GB', 'TB', 'PB'];

/** An amount of bytes as people write it, in powers of ten: "5 MB", "1.5 GB". */
export function bytes(amount: number): string {
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, amount)) / 3));
  return `${Number((amount / 1000 ** power).toFixed(1))} ${units[power]}`;
}
