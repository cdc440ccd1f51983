/*
 * What `POST /actions/test/{id}` answers, and what a search with an action reads. The result is the text
 * that the action returned, untouched: parsing it would round integers beyond 2^53, which nanosecond
 * timestamps are.
 */

/** `{"result":{"Success":…}}` around the JSON that an action returned. */
export const successText = (result: string): string => `{"result":{"Success":${result}}}`;

/** `{"result":{"Failure":"…"}}`. */
export const failureText = (message: string): string => JSON.stringify({ result: { Failure: message } });
