import type { FastifyReply, FastifyRequest } from "fastify";

export interface Cookie {
  /** Its value; undefined: there is none, or two, of which one is somebody else's. */
  read(request: FastifyRequest): string | undefined;
  /** `age`: how long a browser keeps it, s. */
  set(reply: FastifyReply, value: string, age: number): void;
  clear(reply: FastifyReply): void;
}

/**
 * A cookie that no script reads. Where the server's address is https its name begins with `__Host-`: no neighbour
 * domain and no plain connection can then put one of this name there. Its value is base64url, dots and dashes.
 */
export function cookie(
  base: string,
  { secure, sameSite }: { readonly secure: boolean; readonly sameSite: "Strict" | "Lax" },
): Cookie {
  const name = secure ? `__Host-${base}` : base;
  const write = (reply: FastifyReply, value: string, age: number) =>
    reply.header(
      "set-cookie",
      `${name}=${value}; Path=/; Max-Age=${age}; HttpOnly; SameSite=${sameSite}${secure ? "; Secure" : ""}`,
    );
  return {
    read(request) {
      const values = (request.headers.cookie ?? "")
        .split(";")
        .map((pair) => pair.trim())
        .filter((pair) => pair.startsWith(`${name}=`));
      return values.length === 1 ? values[0]?.slice(name.length + 1) : undefined;
    },
    set: (reply, value, age) => void write(reply, value, age),
    clear: (reply) => void write(reply, "", 0),
  };
}

/** The one that a session is in. Strict: a link on another site opens the page, whose own requests then have it. */
export const sessionCookie = (publicUrl: string | undefined): Cookie =>
  cookie("rota_session", { secure: isHttps(publicUrl), sameSite: "Strict" });

export const isHttps = (publicUrl: string | undefined): boolean => publicUrl?.startsWith("https:") === true;
