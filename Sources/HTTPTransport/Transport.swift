/// Sends requests. One live type, `CurlTransport`; tests have others.
public protocol Transport: Sendable {
    /// - Throws: `TransportError`, or `.cancelled` when the task was.
    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse
}
