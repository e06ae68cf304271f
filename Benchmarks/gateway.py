#!/usr/bin/env python3
"""A fast, static TOP gateway for measurements: no signature, no life, rows rendered beforehand.

usage: gateway.py ORDERS DAYS   prints its URL, serves until killed
"""
import asyncio
import bisect
import json
import random
import sys
import time
from datetime import datetime, timedelta, timezone
from urllib.parse import parse_qs

BEIJING = timezone(timedelta(hours=8))


def text(seconds):
    return datetime.fromtimestamp(seconds, BEIJING).strftime("%Y-%m-%d %H:%M:%S")


def seconds(value):
    return int(datetime.strptime(value, "%Y-%m-%d %H:%M:%S").replace(tzinfo=BEIJING).timestamp())


def item(oid, rng):
    price = rng.randrange(990, 99900)
    yuan = f"{price // 100}.{price % 100:02d}"
    return {
        "oid": oid, "num_iid": rng.randrange(10**11, 10**12), "title": "夏季新款纯棉短袖男士圆领宽松上衣",
        "sku_id": str(rng.randrange(10**12, 10**13)), "sku_properties_name": "颜色分类:黑色;尺码:XL",
        "outer_iid": "B-C352-F301", "outer_sku_id": "B-C352-F301-356M", "num": 1, "price": yuan,
        "total_fee": yuan, "payment": yuan, "discount_fee": "0.00", "adjust_fee": "0.00",
        "divide_order_fee": yuan, "part_mjz_discount": "0.00", "status": "TRADE_FINISHED",
        "refund_status": "NO_REFUND", "seller_type": "B", "cid": 50010222, "buyer_rate": False,
        "seller_rate": True, "is_daixiao": False, "is_www": True, "is_oversold": False,
        "shipping_type": "express", "logistics_company": "顺丰速运", "invoice_no": f"SF{rng.randrange(10**12, 10**13)}",
        "pic_path": "https://img.alicdn.com/bao/uploaded/i1/2200700680018587481/O1CN01_!!2200700680018587481.jpg",
        "store_code": "", "md_fee": "0", "zhengji_status": "1", "tax_free": False, "special_refund_type": "",
    }


def trade(number, created, rng):
    tid = 3_147_000_000_000_000_000 + number * 1_000_003 * 7919 % 10**15
    items = [item(tid + i, rng) for i in range(rng.choice((1, 2, 2, 3, 4, 6)))]
    payment = sum(int(i["payment"].replace(".", "")) for i in items)
    yuan = f"{payment // 100}.{payment % 100:02d}"
    modified = created + rng.randrange(60, 86400)
    row = {
        "tid": tid, "seller_nick": "测试旗舰店", "title": "测试旗舰店", "type": "fixed", "status": "TRADE_FINISHED",
        "buyer_nick": "碎**", "buyer_open_uid": f"AAG{tid}", "payment": yuan, "total_fee": yuan, "post_fee": "0.00",
        "discount_fee": "0.00", "adjust_fee": "0.00", "received_payment": yuan, "created": text(created),
        "pay_time": text(created + 30), "modified": text(modified), "consign_time": text(created + 50),
        "end_time": text(modified), "num": len(items), "num_iid": 100018587597, "price": "0.00", "seller_flag": 0,
        "oaid": "1Zb0aPqcKXaibSh7qJs1kXtdXXXXXXXX", "receiver_name": "王**", "receiver_mobile": "*******1234",
        "receiver_phone": "", "receiver_state": "陕西省", "receiver_city": "西安市", "receiver_district": "新城区",
        "receiver_town": "解放门街道", "receiver_address": "解**路**号院3单元", "receiver_zip": "000000",
        "receiver_country": "", "shipping_type": "express", "has_buyer_message": False, "seller_rate": False,
        "buyer_rate": True, "credit_card_fee": "0.00", "order_tax_fee": "0.00", "rx_audit_status": "0",
        "shop_pick": "0", "no_shipping": False, "service_type": "", "mark_desc": "",
        "pic_path": "https://img.alicdn.com/bao/uploaded/i1/2200700680018587481/O1CN01_!!2200700680018587481.jpg",
        "orders": {"order": items},
    }
    return json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode()


def world(count, days):
    rng = random.Random(7)
    now = int(time.time())
    times = sorted(now - 86400 - rng.randrange(days * 86400 - 2 * 86400) for _ in range(count))
    return times, [trade(n, at, rng) for n, at in enumerate(times)]


class Gateway(asyncio.Protocol):
    times, rows = [], []

    def connection_made(self, transport):
        self.transport, self.buffer = transport, b""

    def data_received(self, data):
        self.buffer += data
        while True:
            head, mark, rest = self.buffer.partition(b"\r\n\r\n")
            if not mark:
                return
            length = 0
            for line in head.split(b"\r\n")[1:]:
                if line[:15].lower() == b"content-length:":
                    length = int(line[15:])
            if len(rest) < length:
                return
            self.buffer = rest[length:]
            query = head.split(b" ", 2)[1].partition(b"?")[2]
            self.answer({k: v[0] for k, v in parse_qs((query + b"&" + rest[:length]).decode()).items()})

    def answer(self, p):
        method = p.get("method", "")
        if method == "taobao.time.get":
            body = b'{"time_get_response":{"time":"%s"}}' % text(time.time()).encode()
        elif method == "taobao.user.seller.get":
            user = '{"user_seller_get_response":{"user":{"user_id":1,"nick":"测试旗舰店"}}}'
            body = user.encode()
        else:
            created = method == "taobao.trades.sold.get"
            low = bisect.bisect_left(self.times, seconds(p["start_created"])) if created else 0
            high = bisect.bisect_right(self.times, seconds(p["end_created"])) if created else 0
            size, page = int(p.get("page_size", 40)), int(p.get("page_no", 1))
            end = max(low, high - size * (page - 1))
            start = max(low, end - size)
            rows = b",".join(self.rows[start:end][::-1])
            state = b'"has_next":%s' % (b"true" if start > low else b"false")
            if p.get("use_has_next") != "true":
                state = b'"total_results":%d' % (high - low)
            name = method.removeprefix("taobao.").replace(".", "_").encode() + b"_response"
            trades = b'"trades":{"trade":[%s]},' % rows if rows else b""
            body = b'{"%s":{%s,%s"request_id":"bench"}}' % (name, state, trades)
        head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json;charset=UTF-8\r\nContent-Length: %d\r\n\r\n"
        self.transport.write(head % len(body) + body)


async def main():
    Gateway.times, Gateway.rows = world(int(sys.argv[1]), int(sys.argv[2]))
    server = await asyncio.get_running_loop().create_server(Gateway, "127.0.0.1", 0)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/router/rest", flush=True)
    await server.serve_forever()


asyncio.run(main())
