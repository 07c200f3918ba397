"""Twenty uploads at once, the server killed with SIGKILL again and again: no acknowledged byte is lost, and each file arrives whole.

AFTERPATCH_UPLOAD_MB=1000 makes each file that large (bench/serve-uploads); 5 MB else.
"""
import hashlib
import os
import random
import shutil
import threading
import time
import unittest
from pathlib import Path

from running_server import Client, Demo, Server

MEGABYTES = int(os.environ.get("AFTERPATCH_UPLOAD_MB", "5"))
FILES = 20
KILLS = 3
SIZE = MEGABYTES << 20
PIECE = (8 if MEGABYTES >= 100 else 1) << 20  # the server takes 8 MiB at most


class Sender(threading.Thread):
    """Sends one file of pseudo-random lines, and goes on after every break where the server says."""

    def __init__(self, number, token, place):
        super().__init__(daemon=True)
        self.number, self.token, self.place = number, token, place
        self.block = random.Random(number).randbytes(PIECE).hex().encode()[:PIECE]
        self.size = SIZE
        self.name = f"u_ex2103{number:02d}.log"
        self.upload, self.acknowledged, self.lost, self.breaks = None, 0, 0, 0

    def piece_at(self, offset):
        """From there to the end of its piece: each piece begins with its number."""
        return (str(offset // PIECE).zfill(16).encode() + self.block)[offset % PIECE:min(PIECE, SIZE - offset // PIECE * PIECE)]

    def digest(self):
        digest = hashlib.sha256()
        for offset in range(0, self.size, PIECE):
            digest.update(self.piece_at(offset))
        return digest.hexdigest()

    def run(self):
        while self.acknowledged < self.size:
            try:
                self.go_on()
            except Exception:  # whatever http.client makes of a server that dies in mid-sentence
                self.breaks += 1
                time.sleep(0.2)

    def go_on(self):
        client = Client(self.place["port"])
        client.token = self.token
        if self.upload is None:
            self.upload = client.announce(self.name, self.size)["id"]
        offset = client.offset(self.upload)
        self.lost += max(0, self.acknowledged - offset)
        self.acknowledged = offset  # the answer to a piece may be lost while the piece arrived, the last one too
        while offset < self.size:
            if client.piece(self.upload, offset, self.piece_at(offset)).status != 204:
                return
            offset += len(self.piece_at(offset))
            self.acknowledged = offset


class Uploads(unittest.TestCase):
    def test_twenty_at_once_lose_nothing_when_the_server_is_killed(self):
        demo = Demo()
        self.addCleanup(shutil.rmtree, demo.temporary, ignore_errors=True)
        server, place = demo, {"port": demo.port}
        senders = [Sender(number, demo.token, place) for number in range(FILES)]
        for sender in senders:
            sender.start()
        for kill in range(KILLS):
            share = (kill + 1) / (KILLS + 1)
            while sum(one.acknowledged for one in senders) < share * FILES * SIZE:
                time.sleep(0.02)
            server.kill()
            server = Server("--store", demo.folder / "demo.db", "--uploads", demo.folder / "uploads")
            place["port"] = server.port
        for sender in senders:
            sender.join()
        with server:
            client = Client(server.port)
            client.token = demo.token
            for sender in senders:
                row = client.get(f"/api/v1/victim/uploads/{sender.upload}").json
                self.assertEqual((row["bytes"], row["offset"], sender.lost), (sender.size, sender.size, 0))
        for sender in senders:
            file = next(path for path in Path(demo.folder / "uploads" / sender.upload).rglob("*.log"))
            with file.open("rb") as stored:
                self.assertEqual(hashlib.file_digest(stored, "sha256").hexdigest(), sender.digest(), sender.name)
        print(f"{FILES} files of {MEGABYTES} MB, {KILLS} kills, {sum(one.breaks for one in senders)} broken connections: nothing lost")


if __name__ == "__main__":
    unittest.main(verbosity=2)
