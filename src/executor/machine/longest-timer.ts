/** What Node's timers can hold, 24 days in ms; a longer one would fire at once. */
export const longestTimer = 2 ** 31 - 1;
