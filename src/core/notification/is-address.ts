const form = /^[A-Za-z0-9.!#$%&'*+/=?^_{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*$/;

/** Whether a text is one e-mail address and nothing else, as the schema of a manifest has it. */
export const isAddress = (text: string): boolean => text.length <= 254 && form.test(text);
