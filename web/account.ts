import { ApiError, client, loginEnded, once, read } from './api.ts';
import { AccountModel } from './models/account.ts';

/** The one account of this tab. */
export const account = new AccountModel({
  async me() {
    try {
      return await read(client.api.me.$get());
    } catch (error) {
      if (error instanceof ApiError && error.code === 'unauthenticated') return null;
      throw error;
    }
  },
  login: (json) => read(client.api.login.$post({ json })),
  signup: (json) => read(client.api.signup.$post({ json }, once())),
  logout: () => read(client.api.logout.$post()),
});

loginEnded.tell = account.expire;
