const prefix = 'family:';

/** A session's limit as a budget that its family shares; `limitId` tells its limits apart. */
export const familyBudgetId = (sessionId: string, limitId: string): string => `${prefix}${sessionId}/${limitId}`;

/** Whose family a budget counts; undefined for a budget that a person made. */
export const familyOf = (budgetId: string): string | undefined =>
  budgetId.startsWith(prefix) ? budgetId.slice(prefix.length).split('/', 1)[0] : undefined;
