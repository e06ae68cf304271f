public import HTTPTransport
public import Platforms

extension PlatformResponse {
    public init(_ response: HTTPResponse) {
        self.init(
            status: response.status, body: response.body, redirectHost: response.redirectHost,
            isUTF8: response.encoding != .unknown, isTextCertain: response.encoding != .guessed)
    }
}
