import Foundation
import Glibc
import TestSupport
import Testing

extension SystemTests {
    /// The status page of a running daemon.
    @Suite struct PageTests {
        private struct Answer {
            var status: Int
            var headers: [String: String]
            var text: String

            var json: [String: Any] {
                let value = try? JSONSerialization.jsonObject(with: Data(text.utf8))
                return value as? [String: Any] ?? [:]
            }
        }

        /// By a plain socket: URLSession sets headers, and answers a 401, automatically.
        private func get(
            _ url: String, _ headers: [String: String] = [:]
        ) async throws -> Answer {
            let parts = url.dropFirst("http://".count).split(
                separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
            let host = String(parts[0])
            guard let port = host.split(separator: ":").last.flatMap({ UInt16($0) }) else {
                throw Child.Failure(description: "no URL: \(url)")
            }
            var all = ["Host": host, "Connection": "close"]
            all.merge(headers) { _, new in new }
            let lines = all.map { "\($0.key): \($0.value)\r\n" }.joined()
            let path = parts.count > 1 ? parts[1] : ""
            let request = "GET /\(path) HTTP/1.1\r\n\(lines)\r\n"
            let text = try await onThread { try Self.exchange(port, request) }
            let halves = text.split(separator: "\r\n\r\n", maxSplits: 1)
            let head = (halves.first ?? "").split(separator: "\r\n")
            var found: [String: String] = [:]
            for line in head.dropFirst() {
                let pair = line.split(separator: ": ", maxSplits: 1)
                if pair.count == 2 { found[pair[0].lowercased()] = String(pair[1]) }
            }
            let status = head.first?.split(separator: " ").dropFirst().first.flatMap { Int($0) }
            return Answer(
                status: status ?? 0, headers: found,
                text: halves.count > 1 ? String(halves[1]) : "")
        }

        private static func exchange(_ port: UInt16, _ request: String) throws -> String {
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            defer { close(descriptor) }
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            address.sin_addr.s_addr = inet_addr("127.0.0.1")
            let connected = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            guard connected == 0 else { throw Child.Failure(description: "no server on \(port)") }
            let bytes = Array(request.utf8)
            _ = send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
            var answer: [UInt8] = []
            var chunk = [UInt8](repeating: 0, count: 65_536)
            while true {
                let count = recv(descriptor, &chunk, chunk.count, 0)
                guard count > 0 else { break }
                answer += chunk.prefix(count)
            }
            return String(decoding: answer, as: UTF8.self)
        }

        /// Where the daemon says that it serves.
        private func url(_ site: Site) async throws -> String {
            try await site.waitForLog("status page served")
            let line = site.log.split(separator: "\n").last { $0.contains("status page served") }
            let event = try JSONSerialization.jsonObject(with: Data((line ?? "").utf8))
            let url = (event as? [String: Any])?["url"] as? String ?? ""
            return String(url.dropLast())
        }

        private func settings(_ http: String = "") -> Site.Settings {
            var settings = Site.Settings(shops: 2, orders: 100, rate: 10)
            settings.http = "listen = \"127.0.0.1:0\"\n\(http)"
            return settings
        }

        @Test func thePageServesWhatIsPromised() async throws {
            let site = try await Site(settings())
            let run = try site.start()
            let base = try await url(site)
            try await site.waitForOrders(200)
            let page = try await get(base + "/")
            #expect(page.status == 200)
            #expect(page.text.hasPrefix("<!doctype html>"))
            #expect(page.headers["content-type"] == "text/html; charset=utf-8")
            #expect(
                page.headers["content-security-policy"]?.contains("script-src 'sha256-") == true)
            try await wait("the shops to be fresh") {
                let totals = try await get(base + "/api/status").json["totals"] as? [String: Any]
                return totals?["shops_ok"] as? Int == 2 && totals?["orders"] as? Int ?? 0 >= 200
            }
            let status = try await get(base + "/api/status")
            #expect(status.headers["content-type"] == "application/json; charset=utf-8")
            try await checkStatus(status, site)
            let health = try await get(base + "/healthz")
            #expect(health.status == 200)
            #expect(health.json["status"] as? String == "ok")
            let metrics = try await get(base + "/metrics")
            #expect(metrics.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
            for line in [
                "ordersync_healthy 1", "ordersync_shop_state{shop=\"shop1\",state=\"active\"} 1",
                "ordersync_calls_total{app=\"main\",method=\"taobao.time.get\",result=\"ok\"} ",
                "ordersync_orders_stored{shop=\"shop2\"} ", "process_resident_memory_bytes ",
            ] { #expect(metrics.text.contains("\n\(line)"), "\(line)") }
            for answer in [page, status, health, metrics] {
                #expect(answer.headers["x-content-type-options"] == "nosniff")
                #expect(answer.headers["cache-control"] == "no-store")
                #expect(answer.headers["access-control-allow-origin"] == nil)
                try checkPrivacy(answer.text, site)
            }
            try await site.terminate(run)
        }

        /// The shape of `status --json`, and more.
        private func checkStatus(_ answer: Answer, _ site: Site) async throws {
            let plain = try await site.status()
            let shops = answer.json["shops"] as? [[String: Any]] ?? []
            let plainShops = plain["shops"] as? [[String: Any]] ?? []
            // A page that answers need not say that the daemon runs.
            #expect(Set(plain.keys).subtracting(["running"]).isSubset(of: answer.json.keys))
            #expect(shops.map { $0["name"] as? String } == ["shop1", "shop2"])
            for (shop, plain) in zip(shops, plainShops) {
                #expect(Set(plain.keys).isSubset(of: shop.keys))
                #expect((shop["freshness"] as? [Any])?.count == 96)
                let names = { (shop: [String: Any]) in
                    (shop["streams"] as? [[String: Any]] ?? []).map { $0["stream"] as? String }
                }
                #expect(names(shop) == names(plain))
            }
            let base = try await url(site)
            let tag = answer.headers["etag"] ?? ""
            #expect(tag.hasPrefix("\""))
            // Within the same look the same answer need not be sent again.
            try await wait("an answer that is not sent again") {
                let first = try await get(base + "/api/status")
                let tag = first.headers["etag"] ?? ""
                return try await get(base + "/api/status", ["If-None-Match": tag]).status == 304
            }
            let one = try await get(base + "/api/status?limit=1&sort=name&offset=1").json
            #expect((one["shops"] as? [[String: Any]])?.first?["name"] as? String == "shop2")
            #expect(try await get(base + "/api/status?limit=many").status == 400)
            #expect(try await get(base + "/other").status == 404)
        }

        private func checkPrivacy(_ text: String, _ site: Site) throws {
            let secrets = [site.gateway.appSecret] + site.gateway.shops.map(\.session)
            #expect(!secrets.contains { text.contains($0) })
            let people = try site.rows(
                "SELECT receiver_name FROM orders UNION SELECT receiver_phone FROM orders "
                    + "UNION SELECT receiver_address FROM orders UNION SELECT buyer FROM orders"
            ).filter { $0.count > 1 }
            #expect(!people.isEmpty)
            #expect(!people.contains { text.contains($0) })
        }

        @Test func thePageRefusesStrangers() async throws {
            let site = try await Site(settings("hosts = [\"orders.example.net\"]"))
            let run = try site.start()
            let base = try await url(site)
            for (headers, expected) in [
                (["Host": "evil.example"], 421), (["Origin": "https://evil.example"], 403),
                (["Sec-Fetch-Site": "cross-site"], 403), (["Host": "orders.example.net"], 200),
                (["Origin": base], 200), ([:], 200),
            ] as [([String: String], Int)] {
                for path in ["/", "/api/status", "/metrics"] {
                    #expect(try await get(base + path, headers).status == expected, "\(headers)")
                }
            }
            try await site.terminate(run)
        }

        @Test func thePageAsksForTheToken() async throws {
            let site = try await Site(settings())
            let path = "\(site.folder)/page.token"
            let token = "correct-horse-battery"
            try site.writePrivate(token, path)
            let http = "[http]\nlisten = \"127.0.0.1:0\"\ntoken_file = \"\(path)\"\n"
            let text = try String(contentsOfFile: site.configuration, encoding: .utf8)
            try text.replacing("[http]\nlisten = \"127.0.0.1:0\"\n", with: http)
                .write(toFile: site.configuration, atomically: true, encoding: .utf8)
            let run = try site.start()
            let base = try await url(site)
            let refused = try await get(base + "/metrics")
            #expect(refused.status == 401)
            #expect(refused.headers["www-authenticate"]?.hasPrefix("Basic ") == true)
            let basic = Data("prometheus:\(token)".utf8).base64EncodedString()
            for header in ["Bearer \(token)", "Basic \(basic)"] {
                let answer = try await get(base + "/metrics", ["Authorization": header])
                #expect(answer.status == 200)
            }
            try await site.terminate(run)
            #expect(!site.log.contains(token))
        }

        @Test func thePageSaysWhatIsWrong() async throws {
            let site = try await Site(settings())
            let run = try site.start()
            let base = try await url(site)
            try await site.waitForOrders(200)
            try site.writePrivate("not-a-session-any-more", site.sessionFile("shop1"))
            try await wait("an unhealthy answer") {
                try await get(base + "/healthz").status == 503
            }
            let health = try await get(base + "/healthz").json
            let reason = (health["reasons"] as? [[String: Any]])?.first
            #expect(reason?["code"] as? String == "unauthorized")
            #expect(reason?["shop"] as? String == "shop1")
            #expect(health["shops_unhealthy"] as? Int == 1)
            let worst = try await get(base + "/api/status?sort=trouble&limit=1").json
            let shop = (worst["shops"] as? [[String: Any]])?.first
            #expect(shop?["name"] as? String == "shop1")
            #expect(shop?["level"] as? String == "bad")
            #expect(try await get(base + "/metrics").text.contains("\nordersync_healthy 0\n"))
            try await site.terminate(run)
        }

        /// A taken port costs the page, never the sync; a page for others needs a token.
        @Test func aTakenPortLeavesTheSyncAlone() async throws {
            let holder = try await Site(settings())
            let first = try holder.start()
            let port = try await url(holder).split(separator: ":").last.map(String.init) ?? ""
            var settings = settings()
            settings.http = "listen = \"127.0.0.1:\(port)\""
            let site = try await Site(settings)
            let run = try site.start()
            try await site.waitForLog("status page cannot be served")
            try await site.waitForOrders(200)
            try await site.terminate(run)
            try await holder.terminate(first)
        }

        @Test(arguments: [
            ("listen = \"0.0.0.0:0\"", "only with a token"),
            ("listen = \"0.0.0.0:0\"\ntoken_env = \"ORDERSYNC_NO_SUCH\"", "ORDERSYNC_NO_SUCH"),
            ("listen = \"0.0.0.0:0\"\ntoken_env = \"LANG_SHORT\"", "too short"),
            ("listen = \"9464\"", "expected an IP address and a port"),
        ])
        func thePageRefusesAnUnsafeConfiguration(http: String, expected: String) async throws {
            var settings = Site.Settings(orders: 1)
            settings.http = http
            let site = try await Site(settings)
            let run = try site.start(shell: "export LANG_SHORT=short")
            #expect(try await run.exitCode(within: 10) == 78)
            #expect(run.errors.contains(expected), "\(run.errors)")
        }
    }
}
