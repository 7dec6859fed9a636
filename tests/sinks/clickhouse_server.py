#!/usr/bin/env python3
"""Answers as ClickHouse's HTTP interface does, with ClickHouse's own engine as a library (chDB) behind it.

    clickhouse_server.py FOLDER PORT PASSWORD

Tables are kept in FOLDER/data, so that another one can go on where this one was killed. If there is a file FOLDER/forget with a number in it, so many
inserts are done and not answered: the connection is closed. If there is a file FOLDER/refuse, its text is the answer to inserts, with status 500.
"""
import http.server
import os
import re
import sys
import threading
import urllib.parse

from chdb import session

FOLDER, PORT, PASSWORD = sys.argv[1], int(sys.argv[2]), sys.argv[3]
INSERT = re.compile(r"INSERT INTO (`(?:[^`]|``)+`) \((.*)\) FORMAT RowBinary$", re.S)
LOCK = threading.Lock()


class Engine:
    """The tables; one statement at a time."""

    def __init__(self):
        self.session = session.Session(os.path.join(FOLDER, "data"))
        self.session.query("CREATE DATABASE IF NOT EXISTS flows")

    def query(self, statement):
        return self.session.query(statement, "TabSeparatedRaw").bytes()

    def insert(self, database, table, columns, rows, settings):
        """Rows of RowBinary, by way of a file: the library has no other way in."""
        name = table.strip("`").replace("``", "`")
        types = dict(line.split("\t") for line in self.query(
            f"SELECT name, type FROM system.columns WHERE database = '{database}' AND table = '{name}' FORMAT TabSeparatedRaw").decode().splitlines())
        if not types:
            raise RuntimeError(f"Code: 60. DB::Exception: Table {database}.{name} does not exist. (UNKNOWN_TABLE)")
        names = re.findall(r"`((?:[^`]|``)+)`|(\w+)", columns)
        names = [quoted or plain for quoted, plain in names]
        structure = ", ".join(f"`{name}` {types[name]}" for name in names).replace("\\", "\\\\").replace("'", "\\'")
        path = os.path.join(FOLDER, "rows.bin")
        with open(path, "wb") as file:
            file.write(rows)
        # A named insert is known again also where its rows come from a file.
        known = "".join(f", {key} = '{value}'" for key, value in settings.items() if key == "insert_deduplication_token")
        self.query(f"INSERT INTO {table} ({columns}) SETTINGS insert_deduplicate = 1, max_threads = 1{known} "
                   f"SELECT * FROM file('{path}', 'RowBinary', '{structure}')")
        return b""


ENGINE = Engine()


class Handler(http.server.BaseHTTPRequestHandler):
    """One request."""
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        values = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.path).query))
        with LOCK:
            self.respond(values, body)

    def respond(self, values, body):
        statement, database = values.pop("query"), values.pop("database", "default")
        if self.headers.get("X-ClickHouse-Key", "") != PASSWORD:
            return self.answer(403, b"Code: 516. DB::Exception: default: Authentication failed: password is incorrect. (AUTHENTICATION_FAILED)\n", 516)
        try:
            ENGINE.query(f"USE `{database}`")
            insert = INSERT.match(statement)
            if insert and "flowz_runs" not in insert.group(1):
                refuse = os.path.join(FOLDER, "refuse")
                if os.path.exists(refuse):
                    with open(refuse, "rb") as file:
                        return self.answer(500, file.read())
            answer = ENGINE.insert(database, insert.group(1), insert.group(2), body, values) if insert else ENGINE.query(statement)
            if insert and "flowz_runs" not in insert.group(1) and self.forgets():
                self.close_connection = True
                return self.connection.close()
            return self.answer(200, answer)
        except Exception as error:
            text = str(error)
            code = re.search(r"Code: ([0-9]+)", text)
            return self.answer(500, text[text.find("Code:"):].encode() if code else text.encode(), int(code.group(1)) if code else 1000)

    def forgets(self):
        """Whether the answer is not given."""
        path = os.path.join(FOLDER, "forget")
        try:
            with open(path, encoding="ascii") as file:
                left = int(file.read())
        except FileNotFoundError:
            return False
        if left > 1:
            with open(path, "w", encoding="ascii") as file:
                file.write(str(left - 1))
        else:
            os.remove(path)
        return True

    def answer(self, status, text, code=None):
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        if code:
            self.send_header("X-ClickHouse-Exception-Code", str(code))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass


http.server.ThreadingHTTPServer(("127.0.0.1", PORT), Handler).serve_forever()
