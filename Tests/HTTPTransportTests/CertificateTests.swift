import Foundation
import HTTPTransport
import TestSupport
import Testing

/// A server with a certificate that no one vouches for.
@Suite(.timeLimit(.minutes(30))) struct CertificateTests {
    private static let openssl = ["/usr/bin/openssl", "/usr/local/bin/openssl"]
        .first { FileManager.default.isExecutableFile(atPath: $0) }

    @Test(.enabled(if: openssl != nil, "the package `openssl` is not installed"))
    func theTransportRefusesASelfSignedCertificate() async throws {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("ordersync-tls-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let key = folder.appendingPathComponent("key.pem").path
        let certificate = folder.appendingPathComponent("certificate.pem").path
        let tool = try #require(Self.openssl)
        let made = try await run(
            tool,
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                "-nodes",
                "-keyout", key, "-out", certificate, "-days", "2", "-subj", "/CN=localhost",
                "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
            ])
        try #require(made.ending == .exited(0), "\(made.errors)")

        let output = folder.appendingPathComponent("server.out").path
        let server = try ChildProcess(
            tool,
            ["s_server", "-accept", "127.0.0.1:0", "-cert", certificate, "-key", key, "-www"],
            output: output)
        defer { server.signal(SIGKILL) }
        var found: Int?
        try await wait("openssl to name its port") {
            found = Self.port(FileManager.default.contents(atPath: output) ?? Data())
            return found != nil
        }
        let port = try #require(found)
        for host in ["127.0.0.1", "localhost"] {
            do throws(TransportError) {
                _ = try await CurlTransport().send(
                    HTTPRequest(url: "https://\(host):\(port)/", body: Array("a=1".utf8)))
                Issue.record("\(host): an unknown certificate was taken")
            } catch {
                guard case .untrusted = error else {
                    Issue.record("\(host): \(error)")
                    continue
                }
                #expect(error.code == "tls", "\(error.line)")
                #expect(error.line.contains("`ca_file`"), "\(error.line)")
            }
        }
        // A company's CA is named in the configuration.
        let trusting = CurlTransport(caFile: certificate)
        let answer = try await trusting.send(
            HTTPRequest(url: "https://localhost:\(port)/", body: nil))
        #expect(answer.status == 200)
        await #expect(throws: TransportError.self) {
            try await CurlTransport(caFile: key).send(
                HTTPRequest(url: "https://localhost:\(port)/", body: nil))
        }
    }

    /// The port of the line `ACCEPT 127.0.0.1:40245`.
    private static func port(_ output: Data) -> Int? {
        let lines = String(decoding: output, as: UTF8.self).split(separator: "\n")
        let accepting = lines.first { $0.hasPrefix("ACCEPT ") }
        return accepting?.split(separator: ":").last.flatMap { Int($0) }
    }
}
