import { useRef, useState } from 'preact/hooks';
import type { SessionSummary } from '../../../../wire/session.ts';
import { Button } from '../../../components/button.tsx';
import { Form } from '../../../components/form.tsx';
import { showFailure } from '../../../components/toast.tsx';
import { plural } from '../../../format.ts';
import { useShortcuts } from '../../../shortcuts.ts';
import './message-box.css';

interface MessageBoxProps {
  session: SessionSummary;
  /** It is not on the screen, and keeps what was written. */
  hidden: boolean;
  onSend: (text: string) => Promise<void>;
}

const maxLength = 4000;

/** Words for the agent, which it reads at its next hook that can carry any. */
export function MessageBox({ session, hidden, onSend }: MessageBoxProps) {
  const [text, setText] = useState('');
  const [busy, setBusy] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  useShortcuts('Message', [{ keys: 'm', label: 'Write to the agent', run: () => input.current?.focus() }], !hidden);
  const { endedAt, unreadMessages = 0 } = session;
  const send = async () => {
    if (text.trim() === '') return;
    setBusy(true);
    try {
      await onSend(text.trim());
      setText('');
    } catch (error) {
      showFailure(error);
    } finally {
      setBusy(false);
    }
  };
  const gone = endedAt !== null;
  return (
    <Form class="message-box" onSubmit={send}>
      <input
        ref={input}
        class="input"
        aria-label="Message to the agent"
        placeholder={gone ? 'Its agent has left' : 'Send a message to the agent'}
        value={text}
        maxLength={maxLength}
        disabled={gone}
        onInput={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => event.key === 'Escape' && event.currentTarget.blur()}
      />
      <Button type="submit" busy={busy} disabled={gone || text.trim() === ''}>
        Send
      </Button>
      <p class="message-note muted">
        {unreadMessages > 0
          ? `${plural(unreadMessages, 'message')} not read yet: the agent reads it at its next prompt, after its next tool call, or instead of stopping.`
          : ''}
      </p>
    </Form>
  );
}
