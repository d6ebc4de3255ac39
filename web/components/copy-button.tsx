import { useEffect, useRef, useState } from 'preact/hooks';
import { Icon } from './icon.tsx';
import { showToast } from './toast.tsx';
import './copy-button.css';

interface CopyButtonProps {
  text: string | (() => string);
  /** What is copied: "Copy link". */
  label?: string;
  /** Without words, an icon with the label as its name. */
  iconOnly?: boolean;
}

export function CopyButton({ text, label = 'Copy', iconOnly = false }: CopyButtonProps) {
  const [copied, setCopied] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);

  const copy = async () => {
    try {
      await navigator.clipboard.writeText(typeof text === 'function' ? text() : text);
      setCopied(true);
      clearTimeout(timer.current);
      timer.current = setTimeout(() => setCopied(false), 1600);
    } catch {
      showToast('Your browser did not allow copying. Select the text and copy it yourself.', { tone: 'bad' });
    }
  };

  const words = copied ? 'Copied' : label;
  return (
    <button
      type="button"
      class={iconOnly ? 'icon-button copy' : 'button secondary small copy'}
      data-copied={copied}
      title={iconOnly ? words : undefined}
      onClick={copy}
    >
      <Icon name={copied ? 'check' : 'copy'} size={14} />
      <span class={iconOnly ? 'visually-hidden' : ''} aria-live="polite">
        {words}
      </span>
    </button>
  );
}
