const prefix = 'flightdeck.push.';

/**
 * As which device this browser gets each organization's notifications. The browser has one subscription for all of them, so it
 * cannot tell for which they were turned on.
 */
export const pushMemory = {
  /** The device's id; null where they are off. */
  read: (organizationId: string): string | null => attempt(() => localStorage.getItem(prefix + organizationId)) ?? null,
  write(organizationId: string, deviceId: string | null): void {
    attempt(() => {
      if (deviceId === null) localStorage.removeItem(prefix + organizationId);
      else localStorage.setItem(prefix + organizationId, deviceId);
    });
  },
  /** Whether any organization's are on. */
  isAny: (): boolean => attempt(() => Object.keys(localStorage).some((key) => key.startsWith(prefix))) ?? false,
  clear(): void {
    attempt(() => {
      for (const key of Object.keys(localStorage)) if (key.startsWith(prefix)) localStorage.removeItem(key);
    });
  },
};

/** Where storage is blocked, nothing is remembered: they are turned on again where somebody wants them. */
function attempt<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch {
    return undefined;
  }
}
