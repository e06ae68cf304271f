#!/usr/bin/env python3
"""What a seller's engineer would write in an afternoon: requests, json, sqlite3, a commit a page.

usage: baseline.py GATEWAY_URL DATABASE DAYS
"""
import hashlib
import hmac
import json
import sqlite3
import sys
from datetime import datetime, timedelta

import requests

URL, PATH, DAYS = sys.argv[1], sys.argv[2], int(sys.argv[3])
SECRET = "secret"
session = requests.Session()
db = sqlite3.connect(PATH)
db.execute("PRAGMA journal_mode=WAL")
db.execute("""CREATE TABLE orders (tid INTEGER PRIMARY KEY, status TEXT, type TEXT, buyer TEXT, title TEXT,
    payment TEXT, total_fee TEXT, post_fee TEXT, created TEXT, pay_time TEXT, modified TEXT, receiver TEXT,
    address TEXT, raw TEXT)""")
db.execute("CREATE INDEX by_modified ON orders (modified)")
db.execute("CREATE TABLE items (tid INTEGER, oid INTEGER PRIMARY KEY, title TEXT, num INTEGER, price TEXT, "
           "payment TEXT, status TEXT, sku TEXT)")
db.execute("CREATE INDEX by_tid ON items (tid)")


def call(**parameters):
    parameters |= {"method": "taobao.trades.sold.get", "app_key": "1", "session": "s", "format": "json", "v": "2.0",
                   "timestamp": datetime.now().strftime("%Y-%m-%d %H:%M:%S"), "sign_method": "hmac-sha256"}
    text = "".join(k + str(v) for k, v in sorted(parameters.items()))
    parameters["sign"] = hmac.new(SECRET.encode(), text.encode(), hashlib.sha256).hexdigest().upper()
    return json.loads(session.post(URL, data=parameters).content)["trades_sold_get_response"]


end = datetime.utcnow() + timedelta(hours=8)
for _ in range(DAYS):
    start = end - timedelta(days=1)
    window = {"start_created": start.strftime("%Y-%m-%d %H:%M:%S"), "end_created": end.strftime("%Y-%m-%d %H:%M:%S")}
    page = 1
    while True:
        answer = call(fields="tid", page_no=page, page_size=100, use_has_next="true", **window)
        for t in answer.get("trades", {}).get("trade", []):
            db.execute("INSERT OR REPLACE INTO orders VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)", (
                t["tid"], t["status"], t["type"], t["buyer_nick"], t["title"], t["payment"], t["total_fee"],
                t["post_fee"], t["created"], t["pay_time"], t["modified"], t["receiver_name"],
                t["receiver_address"], json.dumps(t, ensure_ascii=False)))
            for o in t["orders"]["order"]:
                db.execute("INSERT OR REPLACE INTO items VALUES (?,?,?,?,?,?,?,?)", (
                    t["tid"], o["oid"], o["title"], o["num"], o["price"], o["payment"], o["status"], o["sku_id"]))
        db.commit()
        if not answer.get("has_next"):
            break
        page += 1
    end = start
