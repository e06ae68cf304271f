internal import SyncCore

/// Answers that are none: HTML, half a body, a hollow envelope. Nothing is concluded from them.
enum BrokenAnswer {
    /// Stands for the name of a method that a platform does not have.
    static let noMethod = "-"

    /// The answer to a call that the platform's rules never lead to.
    static var notAsked: CallFailure {
        CallFailure(.badRequest, code: noMethod, line: "the platform has no such method")
    }

    /// That there is nothing is an answer where parcels are asked for. As the answer of a list it
    /// would prove that a span has no rows, and is a mix-up of the gateway.
    static func checked(_ failure: CallFailure, of call: Call) -> CallFailure {
        guard failure.disposition == .empty else { return failure }
        switch call.kind {
        case .trace, .parcels: return failure
        case .list, .order, .refund, .serverTime, .carriers, .goods, .seller: break
        }
        var failure = failure
        failure.disposition = .retry(afterSeconds: nil)
        failure.line = "an error that belongs to another call; asking again (\(failure.line))"
        return failure
    }

    static let webPage =
        "a web page instead of JSON: of a login, of a proxy, or of a wrong `gateway`"

    static func redirection(_ response: PlatformResponse) -> String {
        "the gateway redirects to \(response.redirectHost ?? "another address"): the login page of "
            + "this network or of a proxy, or a wrong `gateway` of the app"
    }

    static func networkLogin(_ status: Int) -> String {
        status == 407
            ? "the proxy wants a user name and a password (407): set them in HTTPS_PROXY"
            : "this network wants a login (\(status))"
    }

    static func failure(_ response: PlatformResponse, _ reason: String) -> CallFailure {
        switch response.status {
        case 408, 504:
            return CallFailure(
                .narrow(afterSeconds: nil), code: "http \(response.status)",
                line: "the gateway timed out; asking for a shorter span")
        case 300..<400:
            return CallFailure(
                .retry(afterSeconds: nil), code: "http \(response.status)",
                line: "\(redirection(response)); asking again")
        case 407, 511:
            return CallFailure(
                .retry(afterSeconds: nil), code: "http \(response.status)",
                line: "\(networkLogin(response.status)); asking again")
        case 429:
            return CallFailure(
                .throttled(.app, seconds: nil), code: "http 429",
                line: "the gateway refuses calls for now; calls are suspended for a while")
        case 400..<500:
            return CallFailure(
                .misconfigured, code: "http \(response.status)",
                line: "the gateway refuses the address; check `gateway` of the app")
        case 200:
            return CallFailure(
                .retry(afterSeconds: nil), code: "broken answer",
                line: "the answer cannot be read (\(reason)); asking again")
        default:
            return CallFailure(
                .retry(afterSeconds: nil), code: "http \(response.status)",
                line: "the gateway failed; asking again")
        }
    }
}
