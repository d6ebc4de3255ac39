import { zValidator } from '@hono/zod-validator';
import type { ValidationTargets } from 'hono';
import * as z from 'zod/mini';
import type { $ZodType } from 'zod/v4/core';
import { AppError } from './errors.ts';

/** Nobody reads more, and a manifest may have a hundred thousand entries of which each is wrong. */
const maxIssues = 100;

// zod/mini brings no words of its own: without a locale every refusal would read "Invalid input".
z.config(z.locales.en());

/** What one `valid()` checks; the OpenAPI document is read from it. */
export interface Validation {
  target: keyof ValidationTargets;
  schema: $ZodType;
}

const validations = new WeakMap<object, Validation>();

/** What a route's handler validates; undefined for a handler that is no `valid()`. */
export const validationOf = (handler: object): Validation | undefined => validations.get(handler);

/**
 * Validates one part of a request and throws our one 400 shape. The stock validator's second error shape would leak into the
 * client's types; never use it directly.
 */
export function valid<T extends $ZodType, Target extends keyof ValidationTargets>(target: Target, schema: T) {
  const validator = zValidator(target, schema, (result) => {
    if (result.success) return;
    throw new AppError('invalid', 'The request has fields that are missing or wrong; see `errors`.', {
      errors: result.error.issues
        .slice(0, maxIssues)
        .map((issue) => ({ path: issue.path.join('.') || target, message: issue.message })),
    });
  });
  validations.set(validator, { target, schema });
  return validator;
}
