# SPDX-License-Identifier: Apache-2.0
"""A scoring server for tests: python _scoring_server.py PORT MODEL. Its "predictions" tell what it is; how it behaves stands
in files of the model's folder: answer (a text), broken (it exits with 3), never (it is never healthy), child (it starts one)."""
import http.server
import json
import os
import socketserver
import subprocess
import sys
import time

PORT, MODEL = int(sys.argv[1]), sys.argv[2]


def has(name):
    return os.path.exists(os.path.join(MODEL, name))


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, status, body, chunked=False):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        if chunked:
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for at in range(0, len(data), 7):
                piece = data[at:at + 7]
                self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            self.wfile.write(b"0\r\n\r\n")
        else:
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

    def do_GET(self):
        if self.path == "/ping" and has("never"):
            self.answer(503, {})
        elif self.path in ("/ping", "/health"):
            if os.path.exists(os.path.join(MODEL, "sick")):
                time.sleep(60)
            self.answer(200, b"\n")
        else:
            self.answer(404, {"error_code": "ENDPOINT_NOT_FOUND", "message": self.path})

    def body(self):
        if self.headers.get("Transfer-Encoding") == "chunked":
            data = b""
            while size := int(self.rfile.readline().split(b";")[0], 16):
                data += self.rfile.read(size)
                self.rfile.readline()
            while self.rfile.readline().strip():
                pass
            return data
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def do_POST(self):
        body = self.body()
        if self.path == "/crash":
            os._exit(7)
        if self.path.startswith("/slow"):
            time.sleep(float(self.path.rpartition("=")[2]))
        if self.path == "/until-close":
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"x" * 100000)
            self.close_connection = True
            return
        if b"refuse" in body:
            self.answer(400, {"error_code": "BAD_REQUEST", "message": "The input is refused"})
            return
        with open(os.path.join(MODEL, "answer"), encoding="utf-8") as file:
            text = file.read()
        self.answer(200, {"predictions": [text, os.getpid(), len(body), body[:200].decode("latin-1")]}, chunked=self.path == "/chunked")

    def log_message(self, *_):
        pass


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    request_queue_size = 128
    daemon_threads = True


print(f"serving {MODEL} as {sorted(os.listdir(MODEL))} with {os.environ.get('NOTE')}", flush=True)
if has("broken"):
    sys.exit("this model is broken")
if has("child"):
    subprocess.Popen(["sleep", "300"])
Server(("127.0.0.1", PORT), Handler).serve_forever()
