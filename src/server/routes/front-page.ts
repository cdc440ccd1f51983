/** Its hash is in the page's policy. */
export const frontPageStyle =
  "body{font:16px/1.5 system-ui,sans-serif;max-width:40rem;margin:4rem auto;padding:0 1rem;color:#1c2430;background:#fff}" +
  "h1{font-size:1.6rem}code{background:#eef1f5;padding:.1rem .3rem;border-radius:3px}small{color:#5a6675}" +
  "@media(prefers-color-scheme:dark){body{color:#e4e8ee;background:#14181f}code{background:#242b36}a{color:#8ab4ff}small{color:#9aa6b5}}";

/** What a browser shows at the server's address: that it runs, and where to go on. Holds nothing that needs a login. */
export const frontPage = (version: string): string => `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Rota</title><style>${frontPageStyle}</style></head>
<body>
<h1>Rota is running</h1>
<p>Operational actions, kept in git, applied here, and run.</p>
<ul>
<li><a href="/docs">The HTTP API</a>, with every endpoint and its shapes</li>
<li><code>rota list</code> shows the live actions, <code>rota runs</code> what ran</li>
<li><code>rota plan</code> shows what applying your repository would change</li>
</ul>
<p><small>Version ${version}</small></p>
</body>
</html>
`;
