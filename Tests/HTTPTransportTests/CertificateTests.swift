import Foundation
import HTTPTransport
import Testing

/// A server with a certificate that nobody vouches for.
@Suite(.timeLimit(.minutes(1))) struct CertificateTests {
    private static let openssl = ["/usr/bin/openssl", "/usr/local/bin/openssl"]
        .first { FileManager.default.isExecutableFile(atPath: $0) }

    @Test(.enabled(if: openssl != nil, "the package `openssl` is not installed"))
    func refusesASelfSignedCertificate() async throws {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("ordersync-tls-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let key = folder.appendingPathComponent("key.pem").path
        let certificate = folder.appendingPathComponent("certificate.pem").path
        let maker = try start([
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-keyout", key, "-out", certificate, "-days", "2", "-subj", "/CN=localhost",
            "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
        ]).process
        maker.waitUntilExit()
        try #require(maker.terminationStatus == 0)

        let (server, output) = try start([
            "s_server", "-accept", "127.0.0.1:0", "-cert", certificate, "-key", key, "-www",
        ])
        defer {
            // Children of the thread pool have SIGTERM blocked.
            kill(server.processIdentifier, SIGKILL)
            server.waitUntilExit()
        }
        let port = try #require(Self.port(output), "openssl names no port")
        for host in ["127.0.0.1", "localhost"] {
            do throws(TransportError) {
                _ = try await CurlTransport().send(
                    HTTPRequest(url: "https://\(host):\(port)/", body: Array("a=1".utf8)))
                Issue.record("\(host): a certificate of nobody was taken")
            } catch {
                guard case .untrusted = error else {
                    Issue.record("\(host): \(error)")
                    continue
                }
                #expect(error.code == "tls" && error.line.contains("`ca_file`"), "\(error.line)")
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

    private func start(_ arguments: [String]) throws -> (process: Process, output: FileHandle) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try #require(Self.openssl))
        process.arguments = arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        try process.run()
        return (process, pipe.fileHandleForReading)
    }

    /// The port of the line `ACCEPT 127.0.0.1:40245`.
    private static func port(_ output: FileHandle) -> Int? {
        var text = ""
        while true {
            let data = output.availableData
            if data.isEmpty { return nil }
            text += String(decoding: data, as: UTF8.self)
            for line in text.split(separator: "\n").dropLast(text.hasSuffix("\n") ? 0 : 1)
            where line.hasPrefix("ACCEPT ") {
                return line.split(separator: ":").last.flatMap { Int($0) }
            }
        }
    }
}
