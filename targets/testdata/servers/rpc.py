"""CreateBackup by Alibaba's RPC protocol, in JSON and XML. Signatures are not checked."""

import urllib.parse
import uuid

from front import Front
from instances import Refused


class RPC(Front):
    instances = None  # set by serve

    def parameters(self):
        query = urllib.parse.urlsplit(self.path).query
        body = self.body()
        if body is None:
            self.close_connection = True
            raise Refused(400, "InvalidParameter", "The body cannot be read.")
        pairs = urllib.parse.parse_qsl(query, keep_blank_values=True, errors="replace")
        pairs += urllib.parse.parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, errors="replace")
        return dict(pairs)  # the last value of a repeated name counts

    def answer(self):
        self.format = "JSON"
        try:
            p = self.parameters()
            self.format = p.get("Format", "JSON").upper()
            if p.get("Version") != "2014-08-15":
                raise Refused(400, "InvalidVersion", "The specified version is not valid.")
            if not p.get("Action"):
                raise Refused(400, "MissingParameter", 'The input parameter "Action" is not supplied.')
            self.document(200, p["Action"] + "Response", self.act(p["Action"], p))
        except Refused as r:
            self.refuse(r)
        except ValueError:
            self.refuse(Refused(400, "InvalidParameter", "A parameter cannot be read."))

    def act(self, action, p):
        if action != "CreateBackup":
            raise Refused(404, "InvalidAction.NotFound", "The specified action is not valid.")
        self.instances.create_backup(p)
        return {}

    def refuse(self, r):
        self.document(r.status, "Error", {"HostId": self.headers.get("Host", "") if self.headers else "", "Code": r.code, "Message": r.message})

    def document(self, status, root, members):
        members = {"RequestId": str(uuid.uuid4()).upper(), **members}
        if self.format == "XML":
            texts = "".join(f"<{k}>{escape(v)}</{k}>" for k, v in members.items())
            return self.reply(status, f'<?xml version="1.0" encoding="UTF-8"?>\n<{root}>{texts}</{root}>', "text/xml;charset=utf-8")
        self.reply_json(status, members)

    def send_error(self, code, message=None, explain=None):
        """Answers with a document what http.server itself refuses."""
        self.close_connection, self.format, self.headers = True, "JSON", getattr(self, "headers", None)
        self.request_version = "HTTP/1.1"
        self.command = getattr(self, "command", None) or "GET"
        self.refuse(Refused(code if 400 <= code < 500 else 400, "UnsupportedHTTPMethod" if code == 501 else "InvalidParameter", "The request cannot be read."))

    do_GET = do_POST = answer


def escape(text):
    kept = "".join(c for c in str(text) if c >= " " and c not in "\ufffe\uffff" and not "\ud800" <= c <= "\udfff")
    return kept.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
