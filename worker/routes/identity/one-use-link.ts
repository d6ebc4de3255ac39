import type { Context } from 'hono';
import type { AppEnv } from '../../context.ts';
import { AppError } from '../../errors.ts';
import { publicOrigin } from '../../request-origin.ts';

/** The page of the client where whoever holds the link goes on. */
export const linkTo = (c: Context<AppEnv>, page: 'join' | 'password-reset', secret: string) =>
  `${publicOrigin(c)}/${page}/${secret}`;

/** Used, withdrawn, expired and never made are one answer: nobody learns which secrets there were. */
export const linkGone = () => new AppError('gone', 'This link was used, withdrawn or has expired. Ask for a new one.');
