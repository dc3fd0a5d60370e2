"""A server on this machine that speaks the protocol of Slack's incoming webhooks, by TLS."""

import json
import ssl
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from threading import Thread

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

PATH = "/services/T0/B0/anything"


def certificate(folder):
    """A self-signed one for localhost: the path of its file, with the key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    names = [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "localhost.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


class _Quiet(ThreadingHTTPServer):
    def handle_error(self, request, client_address):
        """Say nothing: who does not trust the certificate hangs up."""


class Slack:
    """`messages` are what was posted; `answers` (status, headers, body) come before "ok"."""

    def __init__(self, folder):
        pem = certificate(folder)
        self.messages, self.answers = [], []
        self.client = ssl.create_default_context(cafile=str(pem))
        server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        server.load_cert_chain(pem)
        self._server = _Quiet(("127.0.0.1", 0), self._handler())
        self._server.socket = server.wrap_socket(
            self._server.socket, server_side=True, do_handshake_on_connect=False
        )
        self._thread = Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def url(self):
        return f"https://localhost:{self._server.server_port}{PATH}"

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def judged(self, path, body):
        """What Slack answers: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks."""
        if self.answers:
            return self.answers.pop(0)
        try:
            message = json.loads(body)
        except ValueError:
            return 400, {}, b"invalid_payload"
        if path != PATH:
            return 404, {}, b"no_service"
        if not isinstance(message.get("text"), str) or not message["text"]:
            return 400, {}, b"no_text"
        self.messages.append(message["text"])
        return 200, {}, b"ok"

    def _handler(slack):  # noqa: N805  the handler's own self is another
        class Handler(BaseHTTPRequestHandler):
            timeout = 5

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status, headers, said = slack.judged(self.path, body)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)

            def log_message(self, *_):
                """Say nothing."""

        return Handler
