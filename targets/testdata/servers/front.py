"""The HTTP server that all interfaces share. It answers every request with a document."""

import http.server
import json
import socket


class Front(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 30
    wbufsize = 1 << 16  # header and body in one packet

    def log_message(self, *_):
        pass

    def parse_request(self):
        """Skips an empty line before a request, as HTTP requires."""
        if self.raw_requestline in (b"\r\n", b"\n"):
            self.raw_requestline = self.rfile.readline(65537)
        return super().parse_request()

    def body(self):
        """Returns the body as bytes, chunked or not. Returns None if its length is unclear or too large."""
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            data = b""
            try:
                while size := int(self.rfile.readline(100).split(b";")[0], 16):
                    if size < 0 or len(data) + size > 1 << 20:
                        return None
                    data += self.rfile.read(size)
                    self.rfile.readline(3)
                while self.rfile.readline(8192).strip():
                    pass
            except ValueError:
                return None
            return data
        lengths = set(self.headers.get_all("Content-Length", ["0"]))
        length = lengths.pop()
        if lengths or not length.isascii() or not length.isdigit() or int(length) > 1 << 20:
            return None
        return self.rfile.read(int(length))

    def reply(self, status, text, media, headers=()):
        data = text.encode()
        self.send_response(status)
        for name, value in (("Content-Type", media), ("Content-Length", str(len(data))), *headers):
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def reply_json(self, status, document, headers=()):
        self.reply(status, json.dumps(document), "application/json;charset=utf-8", headers)


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def handle_error(self, request, client_address):
        pass  # the client has closed the connection

    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}"


def serve(handler, port=0, **state):
    """Returns a server of that handler, whose class gets the state."""
    return Server(("127.0.0.1", port), type(handler.__name__, (handler,), state))
