/// HTTP's methods, as every web server answers them: OPTIONS names those of a path, others than
/// those are refused, and what is no method of HTTP is not implemented.
extension SimulatedGateway {
    private static let known: Set = [
        "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT",
    ]

    /// The answer to a request by its method alone; nil where the path has it.
    func answerMethod(_ request: GatewayRequest) -> GatewayAnswer? {
        guard Self.known.contains(request.verb) else {
            return plain(501, "not implemented: \(request.path)", allow: nil)
        }
        guard let allowed = methods(of: request.path) else { return nil }
        let list = allowed.joined(separator: ", ")
        if request.verb == "OPTIONS" { return plain(200, "", allow: list) }
        guard !allowed.contains(request.verb) else { return nil }
        var answer = refusal(request)
        answer.status = 405
        answer.allow = list
        return answer
    }

    /// Nil for a path that is not here.
    private func methods(of path: String) -> [String]? {
        switch path {
        case configuration.platform.path: ["GET", "HEAD", "POST", "OPTIONS"]
        case "*": ["GET", "HEAD", "POST", "OPTIONS"]
        case "/authorize", "/_truth", "/_stats": ["GET", "HEAD", "OPTIONS"]
        case "/bind" where configuration.platform == .pinduoduo: ["GET", "HEAD", "OPTIONS"]
        case "/token" where configuration.platform == .taobao: ["POST", "OPTIONS"]
        case "/_control": ["POST", "OPTIONS"]
        default: nil
        }
    }

    /// Taobao has a separate code for it.
    private func refusal(_ request: GatewayRequest) -> GatewayAnswer {
        if request.path == configuration.platform.path, configuration.platform == .taobao {
            return answer(TOPError.httpActionNotAllowed.json(requestID: "0"))
        }
        return plain(405, "not allowed here: \(request.verb)", allow: nil)
    }

    private func plain(_ status: Int, _ line: String, allow: String?) -> GatewayAnswer {
        var answer = answer(line.isEmpty ? [] : Array("\(line)\n".utf8), status: status)
        answer.contentType = "text/plain;charset=UTF-8"
        answer.allow = allow
        answer.delayMilliseconds = 0
        return answer
    }
}
