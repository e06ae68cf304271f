public import SyncCore

/// What Pinduoduo's errors mean: the table that every page of its documents repeats, and what
/// clients have met. Code 50001 says nothing alone: there `sub_code` and the text decide.
public enum PinduoduoErrors {
    /// The meaning of a code from a log or a document: `10019`, or `50001 1000000`.
    public static func explain(_ text: String) -> CallFailure {
        let words = text.split(separator: " ").map(String.init)
        let code = words.first.flatMap { Int($0) }
        let subCode = code == nil ? words.first ?? "" : words.dropFirst().first ?? ""
        let body = PinduoduoErrorBody(code: code ?? business, subCode: subCode)
        if code == business, subCode.isEmpty {
            return CallFailure(
                .retry(afterSeconds: nil), code: text,
                line: "a business error: the sub_code and the text behind it say which")
        }
        var (disposition, advice, isUnknown) = meaning(of: body, at: nil)
        if isUnknown, words.count == 1, let code {
            // A number that stands behind 50001.
            (disposition, advice, isUnknown) = ofBusiness(
                PinduoduoErrorBody(code: business, subCode: "\(code)"))
        }
        if code == 10_000 {
            let pid = ofCaller(PinduoduoErrorBody(code: 10_000, message: "pid"))
            advice += pid.map { "; where the text names a pid: \($0.advice)" } ?? ""
        }
        return CallFailure(disposition, code: text, line: advice, isUnknownCode: isUnknown)
    }

    /// - Parameter time: the platform's time of the call.
    static func classify(_ body: PinduoduoErrorBody, at time: UTCInstant) -> CallFailure {
        let (disposition, advice, isUnknown) = meaning(of: body, at: time)
        let hasOwnSubCode = !body.subCode.isEmpty && body.subCode != "\(body.code)"
        let number = RedactedText.code(body.code)
        let code = hasOwnSubCode ? "\(number) \(RedactedText.code(body.subCode))" : number
        var said = [body.message]
        if body.subMessage != body.message { said.append(body.subMessage) }
        let words = RedactedText.message(
            said.filter { !$0.isEmpty }.joined(separator: ", "))
        var failure = CallFailure(
            disposition, code: code, line: words.isEmpty ? advice : "\(advice) (\(words))",
            isUnknownCode: isUnknown)
        failure.refusesPID = refusesPID(body)
        if forbidden.contains(body.code) { failure.restSeconds = 600 }
        return failure
    }

    /// The PID is of another account, or not bound.
    private static func refusesPID(_ body: PinduoduoErrorBody) -> Bool {
        switch body.code {
        case 10_000: body.message.contains("pid")
        case business: body.subCode == "60001"
        default: false
        }
    }

    private typealias Meaning = (Disposition, advice: String, isUnknown: Bool)

    private static let business = 50_001
    /// The platform takes the caller for a risk: trying again and again would confirm it.
    private static let forbidden: Set = [70_032, 70_034, 70_035]

    private static func meaning(of body: PinduoduoErrorBody, at time: UTCInstant?) -> Meaning {
        if body.code == business { return ofBusiness(body) }
        if let meaning = ofCaller(body) ?? ofApp(body.code) ?? ofLoad(body.code, at: time) {
            return meaning
        }
        return (.retry(afterSeconds: nil), "unknown error; asking again, ever less often", true)
    }

    // MARK: Of the request and its authorisation

    private static func ofCaller(_ body: PinduoduoErrorBody) -> Meaning? {
        switch body.code {
        case 10_000 where refusesPID(body):
            return (
                .misconfigured,
                "this PID is of another account than the app is bound to; `ordersync pid list` "
                    + "shows this one's", false
            )
        case 10_001:
            return ofCommonParameter(body.message)
        case 10_000, 10_017, 21_001, 21_002, 52_004:
            return (.badRequest, badRequestAdvice, false)
        case 10_019:
            return (
                .unauthorised,
                "the session has ended and is refreshed if it can be; else run "
                    + "`ordersync auth login SHOP`", false
            )
        case 20_000, 20_032:
            return (
                .unauthorised,
                "the session is not this app's; run `ordersync auth login SHOP`, or check `key`",
                false
            )
        case 20_031:
            return (
                .unauthorised,
                "not permitted: add the permission pack to the app in the console, then run "
                    + "`ordersync auth login SHOP`", false
            )
        default:
            return nil
        }
    }

    /// The text names the parameter behind a colon: `公共参数错误:type`.
    private static func ofCommonParameter(_ message: String) -> Meaning {
        switch message.split(separator: ":").last {
        case "type", "data_type", "version": (.badRequest, badRequestAdvice, false)
        case "client_id": (.misconfigured, "check `key` of the app", false)
        case "sign": (.misconfigured, "wrong signature: check the app's secret", false)
        case "access_token":
            (.unauthorised, "no session: run `ordersync auth login SHOP`", false)
        default: (.clockSkew, "perhaps the clock is off; taking the platform's time", false)
        }
    }

    // MARK: Of the app

    private static func ofApp(_ code: Int) -> Meaning? {
        switch code {
        case 10_010, 10_016:
            return (.misconfigured, "the app is unknown or offline: check `key`", false)
        case 20_004:
            return (.misconfigured, "wrong signature: check the app's secret", false)
        case 20_005:
            return (
                .misconfigured, "add this machine's address to the app's IP white list", false
            )
        case 10_018, 30_000, 30_001:
            return (
                .misconfigured, "the app may not act for that partner; see the console", false
            )
        case 20_034:
            return (.misconfigured, "the platform has withdrawn the method; update", false)
        case 20_035:
            return (
                .misconfigured, "the method is not had at this gateway: check `gateway`", false
            )
        case let code where forbidden.contains(code):
            return (
                .misconfigured, "the platform forbids it to the app; ask its support", false
            )
        default:
            return nil
        }
    }

    // MARK: Of the platform and its limits

    private static func ofLoad(_ code: Int, at time: UTCInstant?) -> Meaning? {
        switch code {
        case 50_000, 50_002, 52_001, 52_002:
            return (.retry(afterSeconds: nil), faultAdvice, false)
        case 52_101, 70_031:
            return (.throttled(.method, seconds: nil), throttleAdvice, false)
        case 52_102, 52_103:
            return (
                .throttled(.method, seconds: 60),
                "the method is down for now; asking again in a minute", false
            )
        case 70_033:
            return (
                .throttled(.method, seconds: 120),
                "maintenance of the method; asking again every two minutes", false
            )
        case 70_036:
            return (
                .throttled(.app, seconds: time.map(secondsOfDayLeft)),
                "an app in test state has used its calls; it continues next day in Beijing, or go "
                    + "online in the console", false
            )
        default:
            return nil
        }
    }

    /// Seconds until the next day begins in Beijing, which is eight hours ahead of UTC.
    static func secondsOfDayLeft(_ time: UTCInstant) -> Int64 {
        let ofDay = (time.seconds + 8 * 3_600) % 86_400
        return 86_400 - (ofDay + 86_400) % 86_400
    }

    // MARK: 50001

    private static func ofBusiness(_ body: PinduoduoErrorBody) -> Meaning {
        let subCode = body.subCode.lowercased()
        let said = body.message + body.subMessage
        switch subCode {
        case "1000000":
            return (.retry(afterSeconds: nil), faultAdvice, false)
        case "60001":
            return (
                .misconfigured,
                "the PID (with these custom parameters) is not bound: run `ordersync pid bind PID`",
                false
            )
        case "48001":
            return (.badRequest, badRequestAdvice, false)
        case "isv_track_error":
            return (.empty, "no trace yet", false)
        default:
            break
        }
        if said.contains("时间跨度") {
            return (
                .narrow(afterSeconds: nil), "the span is too long; asking for a shorter one", false
            )
        }
        if said.contains("不存在") {
            return (.notFound, "too old, of another shop, or not visible yet", false)
        }
        if subCode.hasPrefix("isv.") || subCode.hasPrefix("isv_") {
            return (.badRequest, badRequestAdvice, false)
        }
        return (
            .retry(afterSeconds: nil),
            "refused for a reason not known; asking again, ever less "
                + "often", true
        )
    }

    private static let throttleAdvice = "called too often; calls are suspended, no action needed"
    private static let faultAdvice = "a fault of the platform; asking again"
    private static let badRequestAdvice =
        "the request was refused as wrong; please report this with the log line"
}
