"""`serve --store postgresql://...`: accounts, sessions, the audit log, saved views, links and uploads in a real server."""
import json
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

from running_server import Client, Server, run

PASSWORD = "four words that differ"


class Postgres:
    """A server of our own in a temporary folder; as user postgres when this is root, which PostgreSQL refuses."""

    def __init__(self):
        self.programs = max(Path("/usr/lib/postgresql").glob("*/bin"), default=None)
        if self.programs is None:
            raise unittest.SkipTest("PostgreSQL is not installed")
        self.folder = Path(tempfile.mkdtemp(prefix=f"serve-postgresql-{os.getpid()}-"))
        self.as_user = []
        if os.geteuid() == 0:
            os.chown(self.folder, pwd.getpwnam("postgres").pw_uid, -1)
            self.as_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.do("initdb", "-D", self.folder / "data", "-U", "afterpatch", "--auth=trust", "--no-sync", "-E", "UTF8")
        self.process = subprocess.Popen([*self.as_user, self.programs / "postgres", "-D", self.folder / "data", "-p", str(self.port), "-k", self.folder,
                                         "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off"], stderr=subprocess.DEVNULL, cwd="/")
        self.place = f"postgresql://afterpatch@127.0.0.1:{self.port}/postgres"
        for _ in range(200):
            if subprocess.run([self.programs / "pg_isready", "-h", "127.0.0.1", "-p", str(self.port)], capture_output=True).returncode == 0:
                return
            time.sleep(0.1)
        raise AssertionError("PostgreSQL did not start")

    def do(self, program, *words):
        subprocess.run([*self.as_user, self.programs / program, *map(str, words)], check=True, capture_output=True, cwd="/")

    def ask(self, sql):
        return subprocess.run([self.programs / "psql", self.place, "-Atc", sql], check=True, capture_output=True, text=True).stdout.strip()

    def stop(self):
        self.process.terminate()
        self.process.wait(30)
        shutil.rmtree(self.folder, ignore_errors=True)


def statement(time_of, source, kind, subject_kind, subject, content):
    return json.dumps({"time": time_of, "received": time_of, "source": source, "kind": kind, "subject_kind": subject_kind, "subject": subject,
                       "key": kind + subject, "content": content})


class OnPostgresql(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.database = Postgres()
        cls.addClassCleanup(cls.database.stop)
        cls.folder = tempfile.TemporaryDirectory(prefix=f"serve-uploads-{os.getpid()}-")
        cls.addClassCleanup(cls.folder.cleanup)
        lines = Path(cls.folder.name) / "statements.jsonl"
        lines.write_text("\n".join([
            statement("2021-03-05T10:00:00Z", "hunt", "hunted", "server", "192.0.2.1:443",
                      {"campaign": "exchange-2021-proxylogon", "compromise": "backdoored", "confidence": "confirmed", "exploited": "2021-03-03T05:00:00Z",
                       "backdoored": "2021-03-03T05:01:00Z", "reentered": None, "patched": None, "door_present": True, "mail_accessed": False,
                       "credentials_exposed": False, "build": "15.1.2176.2", "report": "", "marks": []}),
            statement("2021-03-06T10:00:00Z", "notify", "case-opened", "case", "AP-2021-000001",
                      {"organisation": "one", "campaign": "exchange-2021-proxylogon", "reason": "backdoored", "servers": [{"address": "192.0.2.1", "port": 443}]}),
        ]) + "\n")
        run("store", "import", lines, "--store", cls.database.place)
        for role in ("viewer", "operator", "admin"):
            run("serve", "--store", cls.database.place, "--add-account", role, "--role", role, stdin=PASSWORD + "\n")

    def serve(self):
        return Server("--store", self.database.place, "--uploads", Path(self.folder.name) / "uploads")

    def test_sessions_survive_a_restart_and_end_when_they_are_ended(self):
        with self.serve() as server:
            client = Client(server.port)
            client.sign_in("viewer", PASSWORD)
            self.assertEqual(client.get("/api/v1/situation").status, 200)
        with self.serve() as server:
            client.port = server.port
            self.assertEqual(client.get("/api/v1/session").json["name"], "viewer")
            self.assertEqual(client.ask("DELETE", "/api/v1/session").status, 204)
            self.assertEqual(client.get("/api/v1/session").status, 401)
        self.assertNotIn(client.session, self.database.ask("SELECT string_agg(digest, ' ') FROM web_session"), "only its SHA-256 is kept")

    def test_views_and_the_audit_log(self):
        with self.serve() as server:
            client = Client(server.port)
            client.sign_in("admin", PASSWORD)
            made = client.ask("POST", "/api/v1/views", {"name": "hit", "url": "/servers?at_least=exploited"})
            self.assertLess(made.status, 300, made.body)
            self.assertEqual([view["name"] for view in client.get("/api/v1/views").json["views"]], ["hit"])
            actions = {row["action"] for row in client.get("/api/v1/audit").json["rows"]}
            self.assertLessEqual({"account.set", "session.begin", "view.save"}, actions)

    def test_a_disabled_account_is_out_at_once(self):
        run("serve", "--store", self.database.place, "--add-account", "gone", "--role", "viewer", stdin=PASSWORD + "\n")
        with self.serve() as server:
            client = Client(server.port)
            client.sign_in("gone", PASSWORD)
            run("serve", "--store", self.database.place, "--add-account", "gone", "--disable")
            self.assertEqual(client.get("/api/v1/session").status, 401)

    def test_a_victims_link_statement_and_upload_with_a_kill_between(self):
        server = self.serve()
        operator = Client(server.port)
        operator.sign_in("operator", PASSWORD)
        link = operator.ask("POST", "/api/v1/cases/AP-2021-000001/link", {})
        self.assertLess(link.status, 300, link.body)
        victim = Client(server.port)
        victim.token = link.json["url"].rsplit("/", 1)[1]
        self.assertEqual(victim.get("/api/v1/victim/case").json["number"], "AP-2021-000001")
        self.assertEqual(victim.ask("POST", "/api/v1/victim/statements", {"kind": "acknowledged"}).status, 204)
        data = b"#Software: Microsoft Internet Information Services 10.0\r\n" * 20000
        upload = victim.announce("u_ex210303.log", len(data))["id"]
        self.assertEqual(victim.piece(upload, 0, data[:300_000]).status, 204)
        server.kill()
        with self.serve() as again:
            victim.port = operator.port = again.port
            self.assertEqual(victim.offset(upload), 300_000)
            self.assertEqual(victim.piece(upload, 300_000, data[300_000:]).status, 204)
            self.assertEqual(victim.wait_for_hunt(upload)["state"], "done")
            self.assertIsNotNone(operator.get("/api/v1/cases?limit=1").json["rows"][0]["acknowledged"])
            self.assertEqual(operator.ask("DELETE", "/api/v1/cases/AP-2021-000001/link").status, 204)
            self.assertEqual(victim.get("/api/v1/victim/case").status, 404)


if __name__ == "__main__":
    unittest.main(verbosity=2)
