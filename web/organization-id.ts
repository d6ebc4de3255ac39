import { signal } from '@preact/signals';

/** The organization named by the page's URL; every API call carries it. */
export const organizationId = signal<string | null>(null);
