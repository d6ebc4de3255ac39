/** Whether the screen is so narrow that one thing takes all of it; the style sheets draw the line at the same width. */
export const isNarrow = (): boolean => matchMedia('(max-width: 860px)').matches;
