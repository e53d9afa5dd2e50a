"""A collector that answers what a test says, so that screens are the same each time.

Its fleet has 10,000 hosts in slots of which each third is free, in three roles, three zones and
forty racks. A state of the fleet says what each of them is; all answers follow from that.
"""

import collections
import contextlib
import http.server
import json
import socket
import socketserver
import struct
import threading
import time
import urllib.parse

CAPACITY = 16384
HOSTS = 10_000
PLANES = ("registered", "known", "reporting", "healthy", "warning", "drained", "flapping",
          "conflict", "awaited")
# Which planes a host is in; the name is what people are told.
BITS = {
    "healthy": "registered known reporting healthy",
    "warning": "registered known reporting healthy warning",
    "failing": "registered known reporting",
    "silent": "registered known",
    "drained": "registered known reporting healthy drained",
}
COUNTED = ("healthy", "failing", "silent", "unknown", "expected", "missing", "warning", "drained",
           "flapping", "conflict")
CHECKS = ("disk", "load", "memory")
GENERATION = "6b0c72b30000000e"


class Host:
    def __init__(self, number):
        self.slot = number + number // 2
        self.name = f"sim-{number + 1:05}"
        self.labels = {
            "role": ("web", "web", "web", "db", "cache")[number % 5],
            "zone": ("eu-1a", "eu-1b", "us-1a")[number % 3],
        }
        self.state = "healthy"


class Fleet:
    """One state of the fleet. `state_of(host)` says how each is."""

    def __init__(self, state_of=lambda host: "healthy", flags=(), doubts=(), causes=()):
        self.hosts = [Host(number) for number in range(HOSTS)]
        for host in self.hosts:
            host.state = state_of(host)
        self.flags, self.doubts, self.causes = list(flags), list(doubts), list(causes)
        self.counted = self.counts(self.hosts)
        self.groups = self._groups()
        self.bitmaps = {}  # By filter and planes, without the head.

    @staticmethod
    def counts(hosts):
        states = collections.Counter(host.state for host in hosts)
        healthy = states["healthy"] + states["warning"] + states["drained"]
        counted = dict.fromkeys(COUNTED, 0)
        counted.update(healthy=healthy, failing=states["failing"], silent=states["silent"],
                       warning=states["warning"], drained=states["drained"])
        counted["hosts"] = len(hosts)
        return counted

    def group(self, key, value):
        hosts = [host for host in self.hosts if host.labels[key] == value]
        counted = self.counts(hosts)
        judged = counted["hosts"] - counted["drained"]
        healthy = counted["healthy"] - counted["drained"]
        answer = {"key": key, "value": value, "judged": judged, "judged_healthy": healthy,
                  "flags": ["panic"] if 2 * healthy < judged else []}
        for name in ("hosts", "healthy", "failing", "silent", "missing", "warning", "drained"):
            answer[name] = counted[name]
        if (key, value) == ("role", "db"):
            answer["quorum"] = {"healthy_percent": 90}
            if 10 * healthy < 9 * judged:
                answer["flags"].insert(0, "below")
        return answer

    def _groups(self):
        values = (("role", ("cache", "db", "web")), ("zone", ("eu-1a", "eu-1b", "us-1a")))
        return [self.group(key, value) for key, of_key in values for value in of_key]


def bits_of(hosts, planes):
    words = {plane: bytearray(CAPACITY // 8) for plane in planes}
    for host in hosts:
        for plane in BITS[host.state].split():
            if plane in words:
                words[plane][host.slot // 8] |= 1 << host.slot % 8
    return b"".join(bytes(words[plane]) for plane in planes)


class CannedCollector:
    """Serves a fleet on a port of loopback until it is stopped; then it can be started again."""

    def __init__(self, fleet):
        self.fleet = fleet
        # This keeps the port while nobody listens there.
        self.place = socket.socket()
        self.place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        self.place.bind(("127.0.0.1", 0))
        self.port = self.place.getsockname()[1]
        self.tick = 3600
        self.view_age = 0.1
        self.has_quiet_time = True  # Whether time stands still between two rounds.
        self.hangs = False
        self.asked = []  # The paths that were asked for, in order.
        self.asked_at = time.monotonic()
        self.longest_pause = 0  # Seconds between two questions, since somebody made it 0.
        self.lock = threading.Condition()
        self.start()

    def start(self):
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                with contextlib.suppress(ConnectionError):  # The client may have gone.
                    outer.serve(self)

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def server_bind(self):
                self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
                socketserver.TCPServer.server_bind(self)  # HTTPServer's asks a name server, too.

        self.server = Server(("127.0.0.1", self.port), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever,
                                       kwargs={"poll_interval": 0.01})
        self.thread.start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def await_rounds(self, rounds, patience):
        """Waits until so many rounds more were begun; returns what each of them asked, sorted."""
        with self.lock:
            begin = len(self.asked)
            heads = lambda: [i for i in range(begin, len(self.asked))
                             if self.asked[i] == "/api/v1/summary"]
            self.lock.wait_for(lambda: len(heads()) > rounds, patience)
            edges = heads()
            return [sorted(self.asked[a:b]) for a, b in zip(edges, edges[1:])]

    def await_question(self, patience):
        """Waits until somebody asks."""
        with self.lock:
            begin = len(self.asked)
            self.lock.wait_for(lambda: len(self.asked) > begin, patience)

    def await_more_ticks(self, ticks, patience):
        """Lets time go on until there were so many ticks more, and then stand still again; returns how many."""
        with self.lock:
            begin = self.tick
            self.has_quiet_time = False
            self.lock.wait_for(lambda: self.tick >= begin + ticks, patience)
            self.has_quiet_time = True
            return self.tick - begin

    def serve(self, request):
        with self.lock:
            url = urllib.parse.urlsplit(request.path)
            if url.path == "/api/v1/summary" and not self.has_quiet_time:
                self.tick += 1
            self.asked.append(request.path)
            now = time.monotonic()
            self.longest_pause = max(self.longest_pause, now - self.asked_at)
            self.asked_at = now
            self.lock.notify_all()
        if self.hangs:
            request.rfile.read(1)  # Until the client gives up.
            return
        parameters = dict(urllib.parse.parse_qsl(url.query))
        status, body = 200, self.answer(url.path.removeprefix("/api/v1/"), parameters)
        if isinstance(body, tuple):
            status, body = body
        if not isinstance(body, bytes):
            body = json.dumps(body).encode()
        request.send_response(status)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    def time(self):
        return f"2026-11-30T03:{self.tick // 60 % 60:02}:{self.tick % 60:02}.000Z"

    def answer(self, path, parameters):
        if path in ("summary", "at"):
            return self.summary()
        if path in ("bitmap", "at/bitmap"):
            return self.bitmap(parameters)
        if path == "layout":
            return self.layout(parameters["by"].split(","))
        if path == "groups":
            return {"total": 6, "tick": self.tick, "time": self.time(), "view_age_seconds": 0.1,
                    "tick_seconds": 1, "flags": [], "groups": self.fleet.groups,
                    "keys": [{"key": key, "values": 3, "unlabelled": 0}
                             for key in ("role", "zone")]}
        if path == "checks":
            return self.checks()
        if path == "names":
            head = f"flatline names 1\ntotal {HOSTS}\ntick {self.tick}\ngeneration {GENERATION}\n\n"
            return (head + "".join(f"{h.slot} {h.name}\n" for h in self.fleet.hosts)).encode()
        if path == "history":
            return {"from": self.time(), "to": self.time(), "step_seconds": 10,
                    "bucket_seconds": 10, "points": []}
        if path.startswith("hosts/"):
            return self.host(path.removeprefix("hosts/"))
        if path == "diff":
            return {"from": self.time(), "to": self.time(), "changed": 0, "came": 0, "went": 0,
                    "planes": [], "total": 0, "changes": []}
        return 404, {"error": "no such path"}

    def summary(self):
        fleet = self.fleet
        groups = fleet.groups
        flagged = lambda flag: [f"{g['key']}={g['value']}" for g in groups if flag in g["flags"]]
        below, panic = flagged("below"), flagged("panic")
        answer = dict(fleet.counted)
        answer.update(
            capacity=CAPACITY, tick=self.tick, time=self.time(), view_age_seconds=self.view_age,
            generation=GENERATION, flags=fleet.flags, doubts=fleet.doubts,
            down=answer["failing"] + answer["silent"],
            datagrams={"lost": 0, "filtered": 0, "outcomes": [{"name": "accepted", "count": 1}]},
            storage={"state": "ok", "lost_steps": 0},
            collector={"version": "0.1.0", "uptime_seconds": 3600, "tick_seconds": 1},
            causes=[{"about": "failing", "kind": "label", "key": "role=db", "also": [], "hosts": 1,
                     "of": 1, "text": text} for text in fleet.causes],
            groups={"below": len(below), "below_names": below, "panic": len(panic),
                    "panic_names": panic, "other": []})
        return answer

    def bitmap(self, parameters):
        wanted = parameters.get("filter", "")
        key, _, value = wanted.partition("=")
        if wanted and key not in ("role", "zone"):
            return 400, {"error": f"filter, character 1: no such word '{wanted}'; "
                                  "did you mean failing?"}
        planes = (parameters["plane"],) if "plane" in parameters else PLANES
        head = struct.pack("<4sBBBBIIQQq24x", b"FLBM", 1, PLANES.index(planes[0]), len(planes), 0,
                           CAPACITY, 0, self.tick, int(GENERATION, 16), 0)
        bitmaps = self.fleet.bitmaps
        if (wanted, planes) not in bitmaps:
            hosts = [h for h in self.fleet.hosts if not wanted or h.labels[key] == value]
            bitmaps[wanted, planes] = bits_of(hosts, planes)
        return head + bitmaps[wanted, planes]

    def layout(self, keys):
        """Hosts by role and zone; of the places of a value, 64 is all others and 65 is none."""
        places = 66
        values = [sorted({host.labels[key] for host in self.fleet.hosts}) for key in keys]
        place_of = lambda host, i: values[i].index(host.labels[keys[i]])
        group_of = lambda host: place_of(host, 0) * places + place_of(host, 1)
        order = sorted(self.fleet.hosts, key=group_of)
        groups = [[0, 0] for _ in range(places * places)]
        for at, host in enumerate(order):
            group = groups[group_of(host)]
            group[:] = [group[0] if group[1] else at, group[1] + 1]
        head = struct.pack("<4sB3xIIQQq24x", b"FLLY", 1, CAPACITY, HOSTS, self.tick,
                           int(GENERATION, 16), 0)
        texts = b"".join(struct.pack("64s", key.encode())
                         + b"".join(struct.pack("64s", v.encode()) for v in of).ljust(64 * places, b"\0")
                         for key, of in zip(keys, values))
        taken = {host.slot for host in order}
        slots = [host.slot for host in order] + [s for s in range(CAPACITY) if s not in taken]
        return (head + texts + b"".join(struct.pack("<II", *group) for group in groups)
                + struct.pack(f"<{CAPACITY}I", *slots))

    def checks(self):
        failing = self.fleet.counted["failing"]
        reporting = HOSTS - self.fleet.counted["silent"]
        rows = []
        for name in CHECKS:
            bad = failing if name == "disk" else 0
            rows.append({"name": name, "hosts": reporting, "ok": reporting - bad, "warning": 0,
                         "critical": bad, "unknown": 0, "pending": 0})
        return {"total": len(rows), "age_seconds": 0.4, "checks": rows, "other_names": 0}

    def host(self, name):
        host = next((h for h in self.fleet.hosts if h.name == name), None)
        if host is None:
            return 404, {"error": f"no host {name}"}
        results = [
            {"index": 0, "name": "disk", "state": "CRITICAL", "value": 97.5, "age_seconds": 0.5,
             "message": "97.5 % used on /srv, \u001b[31m1.2 GiB free"},
            {"index": 1, "name": "load", "state": "OK", "value": 0.25, "age_seconds": 0.5,
             "message": "0.25 a processor over 1 min"},
        ]
        return {"name": name, "slot": host.slot, "state": host.state, "heard_seconds_ago": 0.5,
                "labels": ",".join(f"{k}={v}" for k, v in host.labels.items()), "checks_failing": 1,
                "checks": 2, "agent_id": "1a3201d01ee87855", "address": "192.0.2.7:49904",
                "interval_seconds": 1, "window_seconds": 4.5, "uptime_seconds": 86400,
                "skew_seconds": 0, "lag_seconds": 0, "received": 3600, "lost": 0,
                "agent_version": "0.1.0", "config_hash": "9c4d000000000004", "key_id": 1,
                "credential_generation": 0, "epoch": "2026-11-30T02:00:00.000Z", "sequence": 3600,
                "registered_at": "2026-11-30T02:00:00.000Z", "results": results,
                "time": self.time(), "tick": self.tick}
