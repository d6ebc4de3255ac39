import { Field, PasswordField } from '../field.tsx';
import { PasswordRule } from './password-rule.tsx';

interface NewAccountFieldsProps {
  values: { name: string; email: string; password: string };
  errors: { name?: string; email?: string; password?: string };
  onChange: (field: 'name' | 'email' | 'password', value: string) => void;
  /** An invitation for one address fixes it. */
  fixedEmail?: boolean;
}

/** Who you are, for an account that does not exist yet. */
export function NewAccountFields({ values, errors, onChange, fixedEmail = false }: NewAccountFieldsProps) {
  return (
    <>
      <Field
        label="Your name"
        name="name"
        autocomplete="name"
        value={values.name}
        error={errors.name}
        onInput={(event) => onChange('name', event.currentTarget.value)}
      />
      <Field
        label="E-mail"
        name="email"
        type="email"
        autocomplete="username"
        inputMode="email"
        value={values.email}
        readOnly={fixedEmail}
        hint={fixedEmail ? 'The invitation is for this address.' : undefined}
        error={errors.email}
        onInput={(event) => onChange('email', event.currentTarget.value)}
      />
      <PasswordField
        label="Password"
        name="password"
        autocomplete="new-password"
        value={values.password}
        hint={<PasswordRule password={values.password} />}
        error={errors.password}
        onInput={(event) => onChange('password', event.currentTarget.value)}
      />
    </>
  );
}
