/**
 * What was on its way to D1 or R2 when a session was deleted or thrown away has arrived by then: what is to be done about it there is done
 * once more.
 */
export const lateWriteMs = 60_000;
