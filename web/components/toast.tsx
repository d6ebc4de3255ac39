import { signal } from '@preact/signals';
import { asError } from '../models/as-error.ts';
import { IconButton } from './button.tsx';
import './toast.css';

interface Toast {
  id: number;
  text: string;
  tone: 'info' | 'bad';
  action?: { label: string; run: () => void };
}

const toasts = signal<Toast[]>([]);
let lastId = 0;

/** Says something briefly at the bottom of the screen. With an action (undo) it stays longer; a failure stays until dismissed. */
export function showToast(text: string, options: { tone?: Toast['tone']; action?: Toast['action'] } = {}): void {
  lastId += 1;
  const id = lastId;
  const tone = options.tone ?? 'info';
  toasts.value = [...toasts.value.slice(-2), { id, text, tone, action: options.action }];
  if (tone === 'info') setTimeout(() => dismiss(id), options.action ? 10_000 : 4000);
}

/** Says why what somebody wanted was not done. */
export const showFailure = (error: unknown) => showToast(asError(error).message, { tone: 'bad' });

const dismiss = (id: number) => {
  toasts.value = toasts.value.filter((toast) => toast.id !== id);
};

export function Toasts() {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {toasts.value.map((toast) => (
        <div class={`toast ${toast.tone}`} key={toast.id}>
          <span>{toast.text}</span>
          {toast.action && (
            <button
              type="button"
              class="toast-action"
              onClick={() => {
                toast.action?.run();
                dismiss(toast.id);
              }}
            >
              {toast.action.label}
            </button>
          )}
          <IconButton icon="close" label="Dismiss" onClick={() => dismiss(toast.id)} />
        </div>
      ))}
    </div>
  );
}
