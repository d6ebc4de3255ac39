import { computed, createModel, signal } from '@preact/signals';
import type { Login, Me, Signup, SignupAnswer } from '../../wire/identity.ts';
import { asError } from './as-error.ts';

export interface AccountPorts {
  /** Null where nobody is logged in. */
  me(): Promise<Me | null>;
  login(body: Login): Promise<unknown>;
  signup(body: Signup): Promise<SignupAnswer>;
  logout(): Promise<unknown>;
}

/** Who is logged in, and the organizations they may enter. */
export const AccountModel = createModel((ports: AccountPorts) => {
  /** Undefined until the server has been asked. */
  const me = signal<Me | null | undefined>(undefined);
  const failure = signal<Error | null>(null);
  const left = signal(false);

  const load = async () => {
    failure.value = null;
    try {
      me.value = await ports.me();
    } catch (error) {
      failure.value = asError(error);
    }
  };

  return {
    me: computed(() => me.value),
    failure: computed(() => failure.value),
    user: computed(() => me.value?.user ?? null),
    organizations: computed(() => me.value?.organizations ?? []),
    load,
    async login(body: Login) {
      await ports.login(body);
      left.value = false;
      await load();
    },
    async signup(body: Signup) {
      const answer = await ports.signup(body);
      await load();
      return answer;
    },
    /** Logged out by their own will: the next login, perhaps somebody else's, starts afresh. */
    left: computed(() => left.value),
    async logout() {
      await ports.logout();
      left.value = true;
      me.value = null;
    },
    /** The server said that the login ended. */
    expire() {
      me.value = null;
    },
  };
});
