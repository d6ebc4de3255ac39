import { signal } from '@preact/signals';

const KEY = 'flightdeck.rail';

/** Whether the left rail is folded to its icons; remembered on this machine. */
export const railCollapsed = signal(stored());

export function toggleRail(): void {
  railCollapsed.value = !railCollapsed.value;
  try {
    localStorage.setItem(KEY, railCollapsed.value ? 'collapsed' : 'open');
  } catch {
    // Storage is blocked: it lasts as long as the page.
  }
}

function stored(): boolean {
  try {
    return localStorage.getItem(KEY) === 'collapsed';
  } catch {
    return false;
  }
}
