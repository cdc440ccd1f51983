import { Ajv } from "ajv";
import addFormats from "ajv-formats";
import type { FastifyInstance } from "fastify";

/**
 * Bodies are taken as they are: a number where a text belongs is refused. Only what comes in the address
 * is text by nature and is read as what its schema says.
 */
export function useValidators(app: FastifyInstance): void {
  const make = (coerceTypes: boolean): Ajv => {
    const ajv = new Ajv({
      coerceTypes,
      useDefaults: true,
      strict: false,
      allErrors: false,
      validateSchema: false,
    });
    addFormats.default(ajv);
    return ajv;
  };
  const bodies = make(false);
  const addresses = make(true);
  app.setValidatorCompiler(({ schema, httpPart }) =>
    (httpPart === "body" ? bodies : addresses).compile(schema as object),
  );
  // Response schemas document; compiled serializers would drop what they do not name.
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
}
