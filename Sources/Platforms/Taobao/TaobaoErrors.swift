public import SyncCore

/// What TOP's errors mean (documents 101645 and 102707, and what clients have met). `sub_code`
/// decides first; `isp.*` is the platform's fault, `isv.*` the caller's.
public enum TaobaoErrors {
    public static func classify(
        code: Int, message: String, subCode: String, subMessage: String
    ) -> CallFailure {
        let body = TaobaoErrorBody(
            code: code, message: message, subCode: subCode, subMessage: subMessage)
        return classify(body)
    }

    /// The meaning of a code from a log or a document: `27`, `isv.trade-not-exist`, or both
    /// with a blank between them.
    public static func explain(_ text: String) -> CallFailure {
        let words = text.split(separator: " ").map(String.init)
        let code = words.compactMap { Int($0) }.first
        let subCode = words.first { Int($0) == nil } ?? ""
        // 15 is the business layer's: there the sub_code decides alone.
        let body = TaobaoErrorBody(
            code: code ?? 15, message: "", subCode: subCode, subMessage: "")
        let (disposition, advice, isUnknown) = meaning(of: body)
        return CallFailure(disposition, code: text, line: advice, isUnknownCode: isUnknown)
    }

    static func classify(_ body: TaobaoErrorBody) -> CallFailure {
        let (disposition, advice, isUnknown) = meaning(of: body)
        let number = RedactedText.code(body.code)
        let subCode = RedactedText.code(body.subCode)
        let said = RedactedText.message(
            [body.message, body.subMessage].filter { !$0.isEmpty }.joined(separator: ", "))
        var failure = CallFailure(
            disposition, code: subCode.isEmpty ? number : "\(number) \(subCode)",
            line: said.isEmpty ? advice : "\(advice) (\(said))", isUnknownCode: isUnknown)
        failure.isSplitOrder = body.subCode.hasPrefix("isv.split-data-error")
        return failure
    }

    private typealias Meaning = (Disposition, advice: String, isUnknown: Bool)

    private static func meaning(of body: TaobaoErrorBody) -> Meaning {
        if let meaning = bySubCode(body) { return meaning }
        return byCode(body)
    }

    // MARK: sub_code

    private static func bySubCode(_ body: TaobaoErrorBody) -> Meaning? {
        let subCode = body.subCode.prefix { $0 != ":" }
        let seconds = banSeconds(body.subMessage)
        switch subCode {
        case "": return nil
        case "accesscontrol.limited-by-app-access-count":
            return (.throttled(.app, seconds: seconds), throttleAdvice, false)
        case "accesscontrol.limited-by-api-access-count",
            "accesscontrol.limited-by-app-api-access-count",
            "accesscontrol.limited-by-dynamic-access-count", "isp.call-limited":
            return (.throttled(.method, seconds: seconds), throttleAdvice, false)
        case "isv.trade-service-rejection":
            return (
                .narrow(afterSeconds: 180), "too many slow requests; shorter spans in 3 minutes",
                false
            )
        case "isp.top-remote-connection-timeout", "isp.top-remote-connection-timeout-tmall",
            "isp.remote-service-timeout", "isp.http-connection-timeout":
            return (
                .narrow(afterSeconds: nil), "the platform timed out; asking for a shorter span",
                false
            )
        case "isp.top-mapping-parse-error":
            return (.badRequest, badRequestAdvice, false)
        case "isv.trade-not-exist", "isv.refund-not-exist":
            return (.notFound, "too old, of another seller, or not visible yet", false)
        case "isv.order-no-trace", "isp.order-no-trace":
            return (.empty, "no trace yet", false)
        case "invalid-sessionkey", "session-expired", "session-not-exist":
            return (.unauthorised, authorisationAdvice, false)
        case "isv.appkey-not-exists":
            return (.misconfigured, "check `key` and `gateway` of the app", false)
        case "isv.permission-ip-whitelist-limit":
            return (
                .misconfigured, "add this machine's address to the app's IP white list", false
            )
        default:
            return byPrefix(subCode, body)
        }
    }

    private static func byPrefix(_ subCode: Substring, _ body: TaobaoErrorBody) -> Meaning? {
        if subCode.hasPrefix("isp.") {
            return (.retry(afterSeconds: nil), "a fault of the platform; asking again", false)
        }
        if subCode.hasPrefix("isv.permission-") {
            return (
                .misconfigured, "the app lacks a permission package; apply in the console", false
            )
        }
        if ["isv.invalid-", "isv.missing-", "isv.error-", "isv.split-data-error"].contains(
            where: { subCode.hasPrefix($0) })
        {
            return (.badRequest, badRequestAdvice, false)
        }
        return nil
    }

    // MARK: code

    private static func byCode(_ body: TaobaoErrorBody) -> Meaning {
        switch body.code {
        case 4, 5, 6, 7, 8:
            let seconds = banSeconds(body.subMessage)
            // Without a sub_code it is unknown whom it concerns: suspend the whole app.
            return (.throttled(.app, seconds: seconds), throttleAdvice, false)
        case 10:
            return (.retry(afterSeconds: nil), "the platform is unavailable; asking again", false)
        case 11, 13:
            return (
                .misconfigured, "the app lacks a permission package; apply in the console", false
            )
        case 12:
            return (
                .unauthorised,
                "the sub-account lacks the right: authorise with the main account, by "
                    + "`ordersync auth login SHOP` or a new session file", false
            )
        case 24, 25:
            return (
                .misconfigured, "wrong signature: check the app's secret and key", false
            )
        case 28, 29:
            return (.misconfigured, "check `key` and `gateway` of the app", false)
        case 26, 27, 42, 44, 53, 100...200:
            return (.unauthorised, authorisationAdvice, false)
        case 30, 31:
            return (.clockSkew, "the clock is off; taking the platform's time", false)
        case 3, 9, 21, 22, 23, 32, 33, 34, 40, 41, 43, 47:
            return (.badRequest, badRequestAdvice, false)
        default:
            return (.retry(afterSeconds: nil), "unknown error; asking again, ever less often", true)
        }
    }

    private static let throttleAdvice = "called too often; calls are suspended, no action needed"
    private static let authorisationAdvice =
        "authorise the shop again, by `ordersync auth login SHOP` or a new session file; it is "
        + "then taken up automatically"
    private static let badRequestAdvice =
        "the request was refused as wrong; please report this with the log line"

    /// N of `This ban will last for N more seconds`, and at most what is obeyed.
    static func banSeconds(_ text: String) -> Int64? {
        let words = text.split(separator: " ")
        guard let more = words.firstIndex(of: "more"), more > 0 else { return nil }
        let number = words[more - 1]
        guard !number.isEmpty, number.utf8.allSatisfy({ (48...57).contains($0) }) else {
            return nil
        }
        // A number that no integer holds is a long ban too.
        return min(Int64(number) ?? .max, RateLimiter.banSecondsMax)
    }
}
