#!/usr/bin/env python3
"""Stands in for the webhook of tools/GUIDE.md: what is posted goes into a file, a line each.

    hook.py ADDRESS PORT FILE    says `ready` once it listens
"""

import http.server
import sys


class Hook(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):  # pylint: disable=invalid-name
        posted = self.rfile.read(int(self.headers["Content-Length"]))
        with open(sys.argv[3], "ab") as file:
            file.write(posted + b"\n")
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    with http.server.ThreadingHTTPServer((sys.argv[1], int(sys.argv[2])), Hook) as server:
        print("ready", flush=True)
        server.serve_forever()
