import type { ComponentChildren, InputEventHandler, InputHTMLAttributes, Ref } from 'preact';
import { useId, useState } from 'preact/hooks';
import { IconButton } from './button.tsx';
import { Icon } from './icon.tsx';
import './field.css';

interface Around {
  label: string;
  /** Rules and hints, shown before anything goes wrong. */
  hint?: ComponentChildren;
  error?: string;
  /** The label is for screen readers only. */
  bare?: boolean;
}

interface InputProps {
  name?: string;
  type?: 'text' | 'email' | 'search';
  value?: string;
  onInput?: InputEventHandler<HTMLInputElement>;
  placeholder?: string;
  autocomplete?: string;
  inputMode?: 'text' | 'email' | 'numeric' | 'decimal' | 'search';
  required?: boolean;
  readOnly?: boolean;
  disabled?: boolean;
  maxLength?: number;
  spellcheck?: boolean;
  inputRef?: Ref<HTMLInputElement>;
}

type FieldProps = Around & InputProps;

type TextFieldProps = Around & {
  value: string;
  onInput: InputEventHandler<HTMLTextAreaElement>;
  placeholder?: string;
  maxLength?: number;
};

/** A labelled input; its error takes the hint's line, so that nothing below moves. */
export function Field({ label, hint, error, bare, ...input }: FieldProps) {
  const id = useId();
  return (
    <Frame id={id} label={label} hint={hint} error={error} bare={bare}>
      <Input {...input} id={id} invalid={error !== undefined} />
    </Frame>
  );
}

/** Text of several lines. */
export function TextField({ label, hint, error, bare, ...rest }: TextFieldProps) {
  const id = useId();
  return (
    <Frame id={id} label={label} hint={hint} error={error} bare={bare}>
      <textarea
        class="input text-input"
        {...rest}
        id={id}
        rows={5}
        aria-invalid={error ? 'true' : undefined}
        aria-describedby={`${id}-note`}
      />
    </Frame>
  );
}

/** A password that its owner may look at. */
export function PasswordField({ label, hint, error, bare, ...input }: FieldProps) {
  const id = useId();
  const [shown, setShown] = useState(false);
  return (
    <Frame id={id} label={label} hint={hint} error={error} bare={bare}>
      <div class="input-with-button">
        <Input {...input} id={id} type={shown ? 'text' : 'password'} spellcheck={false} invalid={error !== undefined} />
        <IconButton
          icon={shown ? 'eyeOff' : 'eye'}
          label={shown ? 'Hide password' : 'Show password'}
          aria-pressed={shown}
          onClick={() => setShown(!shown)}
        />
      </div>
    </Frame>
  );
}

interface IdentifiedInput extends Omit<InputProps, 'type'> {
  id: string;
  type?: InputProps['type'] | 'password';
  invalid: boolean;
}

function Input({ id, type = 'text', invalid, inputRef, ...rest }: IdentifiedInput) {
  const attributes = { ...rest, id, type, ref: inputRef, autocapitalize: type === 'text' ? undefined : 'off' };
  // Preact types an input by its literal `type`; ours is decided at run time.
  const typed = attributes as InputHTMLAttributes<HTMLInputElement>;
  return <input class="input" {...typed} aria-invalid={invalid ? 'true' : undefined} aria-describedby={`${id}-note`} />;
}

interface SelectProps extends Around {
  name?: string;
  value: string;
  onChange: (value: string) => void;
  disabled?: boolean;
  children: ComponentChildren;
}

export function SelectField({ label, hint, error, bare, children, onChange, ...select }: SelectProps) {
  const id = useId();
  return (
    <Frame id={id} label={label} hint={hint} error={error} bare={bare}>
      <div class="select">
        <select
          {...select}
          onChange={(event) => onChange(event.currentTarget.value)}
          id={id}
          aria-invalid={error ? 'true' : undefined}
          aria-describedby={`${id}-note`}
        >
          {children}
        </select>
        <Icon name="down" size={14} />
      </div>
    </Frame>
  );
}

function Frame({ id, label, hint, error, bare, children }: Around & { id: string; children: ComponentChildren }) {
  return (
    <div class="field">
      <label for={id} class={bare ? 'visually-hidden' : 'field-label'}>
        {label}
      </label>
      {children}
      <div class={`field-note ${error ? 'error' : ''}`} id={`${id}-note`} aria-live="polite">
        {error ?? hint}
      </div>
    </div>
  );
}
