import Foundation
import TestSupport
import Testing

extension SystemTests {
    /// `[network] ca_file` takes effect with SIGHUP.
    @Suite(.serialized) struct CAFileTests {
        private static let openssl = ["/usr/bin/openssl", "/usr/local/bin/openssl"]
            .first { FileManager.default.isExecutableFile(atPath: $0) }

        private func certificate(_ site: Site) async throws -> (path: String, key: String) {
            let (path, key) = ("\(site.folder)/certificate.pem", "\(site.folder)/key.pem")
            let tool = try #require(Self.openssl)
            let made = try await run(
                tool,
                [
                    "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                    "-nodes", "-keyout", key, "-out", path, "-days", "2", "-subj", "/CN=localhost",
                    "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
                ])
            try #require(made.ending == .exited(0), "\(made.errors)")
            return (path, key)
        }

        /// An answer to the call for the time.
        private var answer: String {
            let formatter = DateFormatter()
            formatter.locale = Locale(identifier: "en_US_POSIX")
            formatter.timeZone = TimeZone(secondsFromGMT: 8 * 3_600)
            formatter.dateFormat = "yyyy-MM-dd HH:mm:ss"
            let body = #"{"time_get_response":{"time":"\#(formatter.string(from: Date()))"}}"#
            return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                + "Content-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n\(body)"
        }

        @Test(.enabled(if: openssl != nil, "the package `openssl` is not installed"))
        func aReloadTakesUpTheCAFile() async throws {
            let site = try await Site(Site.Settings(orders: 10))
            let (certificate, key) = try await certificate(site)
            let output = "\(site.folder)/server.out"
            let server = try ChildProcess(
                try #require(Self.openssl),
                ["s_server", "-accept", "127.0.0.1:0", "-cert", certificate, "-key", key],
                input: .pipe, output: output)
            defer { server.signal(SIGKILL) }
            var found: String?
            try await wait("openssl to name its port") {
                let text = String(
                    decoding: FileManager.default.contents(atPath: output) ?? Data(),
                    as: UTF8.self)
                found = text.split(separator: "\n").first { $0.hasPrefix("ACCEPT ") }
                    .flatMap { $0.split(separator: ":").last.map(String.init) }
                return found != nil
            }
            let address = "https://localhost:\(try #require(found))/router/rest"
            func configure(_ extra: String) throws {
                try site.writeConfiguration(shops: 1, extra: extra)
                let text = try String(contentsOfFile: site.configuration, encoding: .utf8)
                try Data(text.replacing(site.gateway.url, with: address).utf8)
                    .write(to: URL(filePath: site.configuration))
            }
            try configure("")
            let run = try site.start()
            try await wait("the certificate to be refused") {
                site.log.contains("set `ca_file` in [network]")
            }
            #expect(!site.log.contains("platform clock known"))
            try configure("[network]\nca_file = \"\(certificate)\"")
            run.signal(SIGHUP)
            try await site.waitForLog("configuration loaded")
            // Only a connection that trusts the certificate receives it.
            server.write(answer)
            try await site.waitForLog("platform clock known")
            run.kill()
        }
    }
}
