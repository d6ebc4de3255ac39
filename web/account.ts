import type { Me, SignupAnswer } from '../wire/identity.ts';
import { ApiError, request } from './api.ts';
import { AccountModel } from './models/account.ts';

/** The one account of this tab. */
export const account = new AccountModel({
  async me() {
    try {
      return await request<Me>('GET', '/api/me');
    } catch (error) {
      if (error instanceof ApiError && error.code === 'unauthenticated') return null;
      throw error;
    }
  },
  login: (body) => request('POST', '/api/login', body),
  signup: (body) => request<SignupAnswer>('POST', '/api/signup', body),
  logout: () => request('POST', '/api/logout'),
});
