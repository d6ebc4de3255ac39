/** Whatever was thrown, as something that has words. */
export const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));
