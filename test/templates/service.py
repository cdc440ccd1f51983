"""A service: answers HTTP on a port, and writes a log. Does not start while FOLDER/broken is there.

service.py PORT FOLDER
"""

import http.server
import os
import sys

port, folder = int(sys.argv[1]), sys.argv[2]


def log(line):
    with open(os.path.join(folder, "service.log"), "a", encoding="utf-8") as file:
        file.write(line + "\n")


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        sick = os.path.exists(os.path.join(folder, "sick"))
        self.send_response(503 if sick else 200)
        self.end_headers()
        self.wfile.write(b"sick\n" if sick else b"well\n")

    def log_message(self, format, *args):
        log(format % args)


if os.path.exists(os.path.join(folder, "broken")):
    log("FATAL it is broken")
    sys.exit(1)
server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
log(f"started as {os.getpid()}")
print("ready", flush=True)
server.serve_forever()
