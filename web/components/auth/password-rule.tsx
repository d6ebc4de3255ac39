import { limits } from '../../../wire/limits.ts';
import { Icon } from '../icon.tsx';
import './password-rule.css';

/** The one rule for passwords, ticked off while typing. */
export function PasswordRule({ password }: { password: string }) {
  const met = password.length >= limits.minPasswordLength;
  return (
    <span class={`password-rule ${met ? 'met' : ''}`}>
      {met && <Icon name="check" size={12} />}
      {met ? 'Long enough. Any characters will do.' : `At least ${limits.minPasswordLength} characters; any will do.`}
    </span>
  );
}
