"""What the cluster's neighbours would answer: Prometheus with figures that a test sets, and the way to the gate.

Flagger is given this server as its HTTP proxy. So the manifests stay as they are: the names in them need no DNS."""

import http.server
import json
import re
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

# What a healthy version looks like.
HEALTHY = {"error-share": 0.1, "slow-answers": 40.0, "paid-share": 80.0, "oversold": 0.0}


class Answers:
    def __init__(self, gate):
        self.gate = gate
        self.lock = threading.Lock()
        self.figures = {}
        self.asked = []
        handler = type("Handler", (Handler,), {"answers": self})
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server.server_port}"

    def set(self, namespace, metric, value):
        """From now on, this is what Prometheus says of a namespace; `None` is no data."""
        with self.lock:
            self.figures[namespace, metric] = value

    def reset(self):
        with self.lock:
            self.figures.clear()

    def figure(self, query):
        if query.strip() == "vector(1)":
            return 1.0
        metric = metric_of(query)
        namespace = re.search(r'namespace="([^"]+)"', query)[1]
        with self.lock:
            self.asked.append((namespace, metric))
            return self.figures.get((namespace, metric), HEALTHY[metric])

    def close(self):
        self.server.shutdown()


def metric_of(query):
    for sign, metric in (
        ("histogram_quantile", "slow-answers"),
        ('status=~"5.."', "error-share"),
        ("orders_last_hour", "paid-share"),
        ("stock_violations", "oversold"),
    ):
        if sign in query:
            return metric
    raise ValueError(f"nobody asks so: {query}")


class Handler(http.server.BaseHTTPRequestHandler):
    answers = None

    def log_message(self, *_):
        pass

    def do_GET(self):
        parts = urllib.parse.urlparse(self.path)
        if parts.hostname != "prometheus.monitoring.svc" or not parts.path.endswith("/api/v1/query"):
            return self.answer(404, {})
        query = urllib.parse.parse_qs(parts.query)["query"][0]
        value = self.answers.figure(query)
        result = [] if value is None else [{"metric": {}, "value": [time.time(), str(value)]}]
        return self.answer(200, {"status": "success", "data": {"resultType": "vector", "result": result}})

    def do_POST(self):
        """A hook: on to the real gate of the stand that is asked."""
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        stand = re.fullmatch(r"gate\.(\w+)-staff\.svc", urllib.parse.urlparse(self.path).hostname or "")
        if not stand:
            return self.answer(404, {})
        request = urllib.request.Request(self.answers.gate(stand[1]), body, {"content-type": "application/json"})
        try:
            with urllib.request.urlopen(request) as there:
                return self.answer(there.status, there.read())
        except urllib.error.HTTPError as refused:
            return self.answer(refused.code, refused.read())

    def answer(self, status, body):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)
