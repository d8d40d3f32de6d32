"""Mail goes over TLS where the setting says so, to a server whose certificate holds; a wrong password waits."""

import ssl
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from sqlalchemy import Engine

from config.clock import wall_now
from tasks.outbox.dispatch import dispatch
from tests.notices.post_office import NOW, PostOffice, deliveries, free_port, later, make_world, write

USER, PASSWORD = "office@unit", "p:w/1"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for this machine, signed by itself, with its key."""
    key, name = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")]),
    )
    names = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    made = made.not_valid_before(wall_now() - timedelta(days=1)).not_valid_after(wall_now() + timedelta(days=1))
    made = made.add_extension(names, critical=False)
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    plain = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    path.write_bytes(key.private_bytes(*plain) + made.sign(key, hashes.SHA256()).public_bytes(plain[0]))
    return path


class Guarded(Controller):
    """A server that wants TLS first and then a password."""

    def __init__(self, office: PostOffice, certificate: Path) -> None:
        self.tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self.tls.load_cert_chain(certificate)
        super().__init__(office, hostname="127.0.0.1", port=free_port())

    def factory(self) -> SMTP:
        """Offer STARTTLS."""
        return SMTP(self.handler, tls_context=self.tls, require_starttls=True, auth_required=True, authenticator=_known)


def _known(_server: object, _session: object, _envelope: object, _mechanism: str, given: object) -> AuthResult:
    known = isinstance(given, LoginPassword) and (given.login, given.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=known, handled=False)


def test_mail_goes_over_tls_with_a_password_to_a_server_that_proves_itself(
    sqlite_engine: Engine, office: PostOffice, certificate: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = Guarded(office, certificate)
    server.start()
    try:
        place = f"127.0.0.1:{server.port}"
        right, wrong = (f"smtp+tls://office%40unit:{word}@{place}" for word in ("p%3Aw%2F1", "guess"))
        write(make_world(sqlite_engine, tmp_path, right), 2)
        assert dispatch(make_world(sqlite_engine, tmp_path, right), now=NOW).retried == 2
        assert "certificate verify failed" in deliveries(make_world(sqlite_engine, tmp_path, right))[0].error
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert dispatch(make_world(sqlite_engine, tmp_path, wrong), now=later(minutes=1)).retried == 2
        assert "535" in deliveries(make_world(sqlite_engine, tmp_path, wrong))[0].error
        assert dispatch(make_world(sqlite_engine, tmp_path, right), now=later(minutes=6)).sent == 2
    finally:
        server.stop()
    assert len(office.accepted) == 2
