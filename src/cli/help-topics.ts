/** `rota help login` ends with it. */
export const loginHelp = `How a command finds its server, and who you are there

The server is the first of:
  1. --server URL
  2. ROTA_SERVER
  3. --environment NAME of rota.yaml; where rota.yaml has one environment only, that one
  4. http://127.0.0.1:5090, where rota.yaml names no environment

The token is the first of these; none is ever in a file of the repository:
  ROTA_TOKEN_<ENVIRONMENT>   for that environment (production: ROTA_TOKEN_PRODUCTION)
  ROTA_TOKEN                 for the server of --server and ROTA_SERVER, and for this machine's; never for
                             another machine that only rota.yaml names
  what \`rota login\` kept     for the server that it was made at, in ~/.config/rota/logins.json
                             (XDG_CONFIG_HOME), which nobody else may read; \`rota logout\` ends it

ROTA_TOKEN is an API token of the server, or the base64 text of email:password:
  $ export ROTA_TOKEN=$(printf '%s' 'you@example.com:your password' | base64)

\`rota serve\` prints such a line when it makes the first login. A login made by
ROTA_ROOT_EMAIL and ROTA_ROOT_PASSWORD is used in the same way. \`rota doctor\` tells whether the
server answers and whether it knows the token.
`;

const exitCodes = `Exit codes

rota run:  0 succeeded   30 failed      31 timed out   32 cancelled
          33 rejected or expired        34 skipped     35 interrupted

All others:
   0  done, or nothing to do
   1  internal error: please report it
   2  wrong usage or configuration
   3  validation failed
  10  there are changes (plan --detailed-exitcode)
  11  drift
  12  a conflict, or something that belongs to others
  13  a rail refused: too much would change at once
  14  the saved plan is stale
  15  a lock is held
  20  not authenticated, or not allowed
  21  the server cannot be reached
  22  applied in part; the report says what and how to go on
  23  applied, but the server is not yet what git says
 130  interrupted (Ctrl-C)   143  terminated
`;

const environment = `Environment variables

Of every command:
  ROTA_SERVER, ROTA_TOKEN, ROTA_TOKEN_<ENVIRONMENT>   rota help login
  ROTA_DEBUG=1        print stacks of internal errors, as --debug does
  NO_COLOR=1          no colours; FORCE_COLOR=1: colours into a pipe as well

Of rota serve:
  ROTA_DATA           folder of everything that the server keeps (.rota)
  ROTA_HOST           address to listen on (127.0.0.1)
  ROTA_PORT           port (5090)
  ROTA_PUBLIC_URL     where people reach the server: https://rota.example.com; behind a proxy it must be set
  ROTA_ROOT_EMAIL, ROTA_ROOT_PASSWORD   the first login; made up and shown once when unset
  ROTA_SESSION_IDLE, ROTA_SESSION_LIFETIME   how long people stay signed in (12h, 7d)
  ROTA_OIDC_ISSUER, ROTA_OIDC_CLIENT_ID, ROTA_OIDC_CLIENT_SECRET_FILE, ROTA_OIDC_ROLES, …
                      signing in with OpenID Connect: docs/security/sign-in.md has them all
  ROTA_OPENOBSERVE_URL                  a real OpenObserve in place of the built-in stand-in
  ROTA_OPENOBSERVE_TOKEN                base64 of email:password that it is asked with
  ROTA_SECRET_KEY, ROTA_SECRET_KEY_FILE the key of stored secrets, in place of ROTA_DATA/secret.key
  ROTA_OLD_SECRET_KEYS, ROTA_OLD_SECRET_KEY_FILE   the key before, for the first start with another one
  ROTA_SECRET_<NAME>  the value of a secret; also of run --local
  ROTA_SECRETS_DIR    folder of files that are secrets (/run/secrets); also of run --local
  ROTA_SECRETS_ORGANIZATIONS            whose actions may use those two (default)
  ROTA_WORKERS        executions at once (2 for each core, at least 4)
  ROTA_GRACE          what a program has from SIGTERM to SIGKILL (5s)
  ROTA_ALLOW_HOST_STEPS                 true: steps may act on this machine itself (--allow-host-steps)
  ROTA_TRUSTED_PROXIES                  proxies whose X-Forwarded-For counts: 127.0.0.1,10.0.0.0/8
  ROTA_HTTP_ALLOW     networks that http steps may ask although they are not public: 10.0.0.0/8,127.0.0.1;
                      also of run --local
  ROTA_SMTP_URL, ROTA_SMTP_PASSWORD_FILE, ROTA_MAIL_FROM
                      where notifications go as mail: smtp://user@mail.example.com:587
  ROTA_PYTHON         the Python that runs actions (the first python3 on PATH); also of run --local
  ROTA_OFFLINE=1      packages are installed without a network, as --offline does; also of run --local
  ROTA_PIP_INDEX_URL, ROTA_PIP_EXTRA_INDEX_URL, ROTA_PIP_FIND_LINKS, ROTA_PIP_TRUSTED_HOST,
  ROTA_PIP_CERT       where packages come from; also of run --local
  ROTA_ENVIRONMENTS_SIZE                what installed packages may take together (10Gi)
  ROTA_KEEP_RUNS      newest runs kept of each action (1000); ROTA_KEEP_DAYS: for how many days (90)
  ROTA_ALERT_LIMIT_PER_ACTION           starts of an action by alerts in a minute (60)
  ROTA_ALERT_LIMIT_PER_RECEIVER         new alerts of a receiver in a minute (6000)
  ROTA_LOG            level of the server's own log on standard error: info, debug, … (warn)
`;

/** What `rota help TOPIC` prints besides the commands. */
export const topics: Readonly<Record<string, string>> = {
  "exit-codes": exitCodes,
  environment,
};
