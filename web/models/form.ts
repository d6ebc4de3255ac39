import { computed, createModel, signal } from '@preact/signals';
import { asError } from './as-error.ts';

/** What a refused request tells a form; ApiError has this shape. */
export interface Refusal {
  message: string;
  fields: Readonly<Record<string, string>>;
  retryAfterMs: number | undefined;
}

export interface FormPorts<Values extends Record<string, string>> {
  /** Words by field for what can be judged here; empty when all is well. */
  check(values: Values): Partial<Record<keyof Values, string>>;
  /** Resolves when done; a Refusal puts its words where they belong. */
  submit(values: Values): Promise<void>;
  /** The field that shows what the server says of a path of the body, where they are not called the same. */
  fieldOf?(path: string): string;
  /** Milliseconds since the epoch. */
  now(): number;
}

/** A form's values, what is wrong with them, and its one verb. */
export function formModel<Values extends Record<string, string>>(initial: Values, ports: FormPorts<Values>) {
  const Form = createModel(() => {
    const values = signal<Values>(initial);
    const errors = signal<Partial<Record<keyof Values, string>>>({});
    const failure = signal<string | null>(null);
    const busy = signal(false);
    const retryAtMs = signal(0);

    const refuse = (error: unknown) => {
      const refusal = asRefusal(error);
      const known = Object.entries(refusal.fields)
        .map(([path, words]) => [ports.fieldOf?.(path) ?? path, words] as const)
        .filter(([field]) => field in initial);
      errors.value = Object.fromEntries(known) as Partial<Record<keyof Values, string>>; // only paths that are fields
      failure.value = known.length > 0 ? null : refusal.message;
      if (refusal.retryAfterMs !== undefined) retryAtMs.value = ports.now() + refusal.retryAfterMs;
    };

    return {
      values: computed(() => values.value),
      errors: computed(() => errors.value),
      /** A failure that belongs to no field. */
      failure: computed(() => failure.value),
      busy: computed(() => busy.value),
      /** Until then the server will not hear of it. Milliseconds since the epoch. */
      retryAtMs: computed(() => retryAtMs.value),
      set(name: keyof Values, value: string) {
        values.value = { ...values.peek(), [name]: value };
        if (errors.peek()[name]) errors.value = { ...errors.peek(), [name]: undefined };
      },
      /** Forgets what was wrong, for a form that is opened again. */
      forgive() {
        errors.value = {};
        failure.value = null;
      },
      async submit() {
        if (busy.peek() || ports.now() < retryAtMs.peek()) return;
        const wrong = ports.check(values.peek());
        errors.value = wrong;
        failure.value = null;
        if (Object.values(wrong).some(Boolean)) return;
        busy.value = true;
        try {
          await ports.submit(values.peek());
        } catch (error) {
          refuse(error);
        } finally {
          busy.value = false;
        }
      },
    };
  });
  return new Form();
}

function asRefusal(error: unknown): Refusal {
  if (error instanceof Error && 'fields' in error) return error as Error & Refusal; // ApiError, by its shape
  return { message: asError(error).message, fields: {}, retryAfterMs: undefined };
}
