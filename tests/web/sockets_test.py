"""The real server on real sockets: certificates, proxies, terminals, sessions, and clients that mean no good."""
import io
import os
import pty
import select
import socket
import ssl
import subprocess
import tempfile
import time
import unittest
import zipfile
from pathlib import Path

from running_server import COOKIE, KNOWLEDGE, PROGRAM, SOURCE, Client, Demo, Server, run

PASSWORD = "four words that differ"


class WithStore(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix=f"sockets-{os.getpid()}-")
        self.addCleanup(self.folder.cleanup)
        self.store = Path(self.folder.name) / "store.db"
        run("serve", "--store", self.store, "--add-account", "anna", "--role", "admin", stdin=PASSWORD + "\n")

    def addresses(self, client):
        return {row["address"] for row in client.get("/api/v1/audit").json["rows"] if row["action"] == "session.begin"}


class Tls(WithStore):
    def setUp(self):
        super().setUp()
        self.certificate, self.key = Path(self.folder.name) / "chain.pem", Path(self.folder.name) / "key.pem"
        made = subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                               "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", self.key, "-out", self.certificate],
                              capture_output=True)
        if made.returncode != 0:
            self.skipTest("openssl is not installed")

    def test_by_an_own_certificate_cookies_are_secure_and_browsers_remember(self):
        with Server("--store", self.store, "--tls-cert", self.certificate, "--tls-key", self.key) as server:
            self.assertTrue(server.address.startswith("https://"))
            client = Client(server.port, certificate=self.certificate)
            answer = client.sign_in("anna", PASSWORD)
            self.assertIn("Secure", answer.headers["Set-Cookie"])
            self.assertIn("max-age=31536000", answer.headers["Strict-Transport-Security"])
            self.assertEqual(client.get("/api/v1/session").status, 200)

    def test_old_versions_and_plain_requests_get_nothing(self):
        with Server("--store", self.store, "--tls-cert", self.certificate, "--tls-key", self.key) as server:
            old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
            old.set_ciphers("DEFAULT@SECLEVEL=0")
            old.minimum_version, old.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
            with socket.create_connection(("127.0.0.1", server.port), 10) as plain, self.assertRaises((ssl.SSLError, OSError)):
                old.wrap_socket(plain)
            with socket.create_connection(("127.0.0.1", server.port), 10) as plain:
                plain.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
                self.assertNotIn(b"200", plain.recv(4096))
            self.assertEqual(Client(server.port, certificate=self.certificate).get("/healthz").status, 200)

    def test_a_key_of_another_certificate_is_refused_at_the_start(self):
        other = Path(self.folder.name) / "other.pem"
        subprocess.run(["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", other], check=True, capture_output=True)
        done = subprocess.run([PROGRAM, "serve", "--listen", "127.0.0.1:0", "--store", self.store, "--knowledge", KNOWLEDGE,
                               "--tls-cert", self.certificate, "--tls-key", other], capture_output=True, text=True, timeout=30)
        self.assertEqual(done.returncode, 2)
        self.assertIn("key", done.stderr)


class Proxy(WithStore):
    FORWARDED = {"X-Forwarded-For": "203.0.113.66, 198.51.100.7", "X-Forwarded-Proto": "https"}

    def test_a_trusted_proxy_says_who_asks_and_that_it_came_by_tls(self):
        with Server("--store", self.store, "--behind-proxy", "127.0.0.1") as server:
            client = Client(server.port, headers=self.FORWARDED)
            answer = client.sign_in("anna", PASSWORD)
            self.assertIn("Secure", answer.headers["Set-Cookie"])
            self.assertEqual(self.addresses(client), {"198.51.100.7"}, "what the client itself made up is not believed")

    def test_nobody_else_is_believed(self):
        with Server("--store", self.store, "--behind-proxy", "127.0.0.9") as server:
            client = Client(server.port, source="127.0.0.2", headers=self.FORWARDED)
            answer = client.sign_in("anna", PASSWORD)
            self.assertNotIn("Secure", answer.headers["Set-Cookie"])
            self.assertEqual(self.addresses(client), {"127.0.0.2"})

    def test_without_tls_or_proxy_it_listens_on_loopback_only(self):
        done = subprocess.run([PROGRAM, "serve", "--listen", "0.0.0.0:0", "--store", self.store, "--knowledge", KNOWLEDGE],
                              capture_output=True, text=True, timeout=30)
        self.assertEqual(done.returncode, 2)
        self.assertIn("loopback", done.stderr)


class Terminal(WithStore):
    """`--add-account` as a person does it."""

    def type_in(self, *lines):
        child, terminal = pty.fork()
        if child == 0:
            os.execv(PROGRAM, [str(PROGRAM), "serve", "--store", str(self.store), "--add-account", "bert", "--role", "viewer"])
        seen, waiting = "", list(lines)
        while True:
            ready, _, _ = select.select([terminal], [], [], 30)
            try:
                seen += os.read(terminal, 4096).decode() if ready else ""
            except OSError:
                break
            if waiting and seen.rstrip().endswith(":"):
                time.sleep(0.1)
                os.write(terminal, (waiting.pop(0) + "\n").encode())
            if not ready:
                break
        os.close(terminal)
        return seen, os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

    def test_the_password_is_asked_for_twice_and_never_shown(self):
        seen, status = self.type_in(PASSWORD, PASSWORD)
        self.assertEqual(status, 0, seen)
        self.assertNotIn(PASSWORD, seen)
        self.assertEqual(seen.count(":"), 3, seen)  # two questions and what was made
        with Server("--store", self.store) as server:
            self.assertEqual(Client(server.port).sign_in("bert", PASSWORD).json["role"], "viewer")

    def test_two_passwords_make_no_account(self):
        seen, status = self.type_in(PASSWORD, PASSWORD + "!")
        self.assertEqual(status, 2, seen)
        self.assertIn("two passwords", seen)

    def test_a_short_one_makes_none(self):
        seen, status = self.type_in("short")
        self.assertEqual(status, 2, seen)
        self.assertIn("12", seen)


class Notices(unittest.TestCase):
    def test_a_notice_of_every_channel_can_be_looked_at_before_it_goes(self):
        with Demo() as demo:
            client = Client(demo.port)
            client.sign_in("operator", demo.password)
            for channel in ("email", "letter", "phone"):
                row = client.get(f"/api/v1/notices?channel={channel}&limit=1").json["rows"][0]
                shown = client.get(f"/api/v1/notices/{row['id']}/preview")
                self.assertEqual(shown.status, 200, shown.body)
                self.assertIn(row["case_number"], shown.json["body"])
                self.assertEqual(bool(shown.json["headers"]), channel == "email")


class Hostile(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Demo()

    @classmethod
    def tearDownClass(cls):
        cls.server.__exit__()

    def raw(self, data, seconds=10):
        with socket.create_connection(("127.0.0.1", self.server.port), seconds) as plain:
            plain.sendall(data)
            answer = b""
            while True:
                try:
                    piece = plain.recv(65536)
                except (TimeoutError, ConnectionResetError):
                    return answer
                if not piece:
                    return answer
                answer += piece

    def test_a_planted_session_is_worth_nothing_before_and_after_signing_in(self):
        planted = "A" * 43
        client = Client(self.server.port, headers={"Cookie": f"{COOKIE}={planted}"})
        client.sign_in("viewer", self.server.password)
        self.assertNotEqual(client.session, planted)
        thief = Client(self.server.port)
        thief.session = planted
        self.assertEqual(thief.get("/api/v1/session").status, 401)
        self.assertEqual(client.ask("DELETE", "/api/v1/session").status, 204)
        self.assertEqual(client.get("/api/v1/session").status, 401, "a session that was ended stays ended")

    def test_bodies_larger_than_their_route_takes_are_not_read(self):
        head = b"POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        self.assertIn(b" 413 ", self.raw(head + b"Content-Length: 99999999999\r\n\r\n")[:20])
        self.assertIn(b" 400 ", self.raw(head + b"Content-Length: 99999999999999999999999\r\n\r\n")[:20])
        self.assertIn(b" 413 ", self.raw(head + b"Transfer-Encoding: chunked\r\n\r\nffffff\r\n" + b"x" * 70000)[:20])
        self.assertIn(b" 431 ", self.raw(b"GET / HTTP/1.1\r\nHost: x\r\n" + b"".join(b"X-%d: y\r\n" % i for i in range(3000)) + b"\r\n")[:20])

    def test_a_hundred_slow_clients_keep_nobody_waiting_and_are_let_go(self):
        slow = [socket.create_connection(("127.0.0.1", self.server.port), 10) for _ in range(100)]
        for number, one in enumerate(slow):
            one.sendall(b"GET /healthz HTTP/1.1\r\nX-" if number % 2 else
                        b"POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{")
        longest, begun = 0.0, time.monotonic()
        while time.monotonic() - begun < 12:
            for one in slow:
                try:
                    one.send(b"a")
                except OSError:
                    pass
            before = time.monotonic()
            self.assertEqual(Client(self.server.port, source="127.0.0.3").get("/healthz").status, 200)
            longest = max(longest, time.monotonic() - before)
            time.sleep(1)
        self.assertLess(longest, 5)
        heads = slow[1::2]  # a head has 10 s from its first byte
        gone = 0
        for one in heads:
            one.settimeout(5)
            try:
                gone += one.recv(1) == b""
            except ConnectionResetError:
                gone += 1
            except TimeoutError:
                pass
        self.assertEqual(gone, len(heads))
        for one in slow:
            one.close()

    def zip_of(self, *members):
        data = io.BytesIO()
        with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content, mode in members:
                info = zipfile.ZipInfo(name)
                info.external_attr, info.compress_type = mode << 16, zipfile.ZIP_DEFLATED
                archive.writestr(info, content)
        return data.getvalue()

    LOG = ("#Software: Microsoft Internet Information Services 10.0\r\n#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip "
           "cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken\r\n" +
           "2021-03-03 08:00:00 192.0.2.1 GET /owa/ - 443 - 203.0.113.7 Mozilla/5.0 - 200 0 0 15\r\n" * 50)

    def victim(self):
        client = Client(self.server.port)
        client.token = self.server.token
        if client.get("/api/v1/victim/case").json["upload_limit"] == 0:
            self.skipTest("nothing can be uploaded")
        return client

    def files(self, name):
        """Where a file of that name is now, in all that the server may write and in the folders aimed at."""
        return {path for path in Path(self.server.temporary).rglob(name)} | {path for path in Path("/tmp").glob(name)}

    def test_a_zip_is_unpacked_and_hunted(self):
        client = self.victim()
        row = client.wait_for_hunt(client.send("logs.zip", self.zip_of(("logs/u_ex210303.log", self.LOG, 0o100644))))
        if "can't unpack" in row["problem"]:
            self.skipTest("bubblewrap is not installed or may not be used here")
        self.assertEqual(row["state"], "done", row)
        self.assertEqual(row["verdict"]["compromise"], "no-evidence")

    def test_names_and_links_that_lead_out_of_a_zip_leave_nothing_outside(self):
        client = self.victim()
        for name, members in {
            "up.zip": [("../../../afterpatch-escaped", "x", 0o100644)],
            "root.zip": [("/tmp/afterpatch-escaped", "x", 0o100644)],
            "link.zip": [("out", "/tmp", 0o120777), ("out/afterpatch-escaped", "x", 0o100644)],
            "secret.zip": [("u_ex210303.log", "/etc/shadow", 0o120777)],
            "back.zip": [("..\\..\\afterpatch-escaped", "x", 0o100644)],
        }.items():
            row = client.wait_for_hunt(client.send(name, self.zip_of(*members, ("u_ex210304.log", self.LOG, 0o100644))))
            self.assertIn(row["state"], ("done", "failed"), row)
        self.assertEqual(self.files("afterpatch-escaped"), set())

    def test_hostile_names_of_uploads_stay_text(self):
        client = self.victim()
        for name in ("../../../etc/afterpatch-escaped.log", "/tmp/afterpatch-escaped.log", "<script>alert(1)</script>.log", "a\u202egol.exe", "..", "-rf.zip"):
            row = client.get(f"/api/v1/victim/uploads/{client.send(name, self.LOG.encode())}").json
            self.assertEqual(row["name"], name)
        self.assertEqual({path.parent.name for path in self.files("afterpatch-escaped.log")}, {"evidence"}, "only in the upload's own folder")

    def test_a_scanners_first_look_finds_nothing(self):
        """Headers, cookies, methods, error pages; the same by hand: scripts/check-serve ADDRESS."""
        done = subprocess.run([SOURCE / "scripts/check-serve", self.server.address, "--name", "admin", "--password", self.server.password],
                              capture_output=True, text=True, timeout=120)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
