import { limits } from '../../wire/limits.ts';

/** What is wrong with a new password, in words; undefined when nothing is. */
export function passwordProblem(password: string): string | undefined {
  if (password.length < limits.minPasswordLength) return `Use at least ${limits.minPasswordLength} characters.`;
  if (password.length > limits.maxPasswordLength) return `Use at most ${limits.maxPasswordLength} characters.`;
  return undefined;
}

export const emailProblem = (email: string): string | undefined =>
  /^\S+@\S+\.\S+$/.test(email.trim()) ? undefined : 'Enter an e-mail address, such as ada@example.com.';

export const nameProblem = (name: string, what: string): string | undefined =>
  name.trim() === '' ? `Enter ${what}.` : undefined;
