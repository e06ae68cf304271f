public import SyncCore
internal import WireFormat

/// What a promoter does to the own account, a call at a time: promotion places (PIDs) and their
/// authority. The methods need no session: the app is bound to the account.
public enum DDKAccount: Sendable {
    /// One request.
    public enum Question: Equatable, Sendable {
        case places(page: Int)
        case newPlaces(names: [String], count: Int)
        case isBound(pid: String, customParameters: String)
        /// The page on which the account's owner binds a PID.
        case bindingLink(pid: String, customParameters: String)
    }

    public static func methodName(_ question: Question) -> String {
        switch question {
        case .places: "pdd.ddk.goods.pid.query"
        case .newPlaces: "pdd.ddk.goods.pid.generate"
        case .isBound: "pdd.ddk.member.authority.query"
        case .bindingLink: "pdd.ddk.rp.prom.url.generate"
        }
    }

    /// Places of one page, and new ones of one call.
    public static let pageSize = 100
    public static let newPlacesMax = 100
    /// The platform takes no longer ones, in bytes.
    public static let customParametersMax = 64

    public static func request(
        _ question: Question, credentials: Credentials, platformTime: UTCInstant
    ) -> PlatformRequest {
        PinduoduoRequest.build(
            type: methodName(question), parameters: parameters(question),
            credentials: credentials, platformTime: platformTime)
    }

    private static func parameters(_ question: Question) -> [String: String] {
        switch question {
        case .places(let page):
            ["page": "\(page)", "page_size": "\(pageSize)"]
        case .newPlaces(let names, let count):
            ["number": "\(count)", "p_id_name_list": names.isEmpty ? "" : JSONWriter.list(names)]
        case .isBound(let pid, let custom):
            ["pid": pid, "custom_parameters": custom]
        case .bindingLink(let pid, let custom):
            [
                "channel_type": "10", "p_id_list": JSONWriter.list([pid]),
                "custom_parameters": custom,
            ]
        }
    }

    // MARK: Answers

    /// Places of one page; `total` of all where it is stated, `left` how many more there may be.
    public static func places(
        _ response: PlatformResponse, at time: UTCInstant
    ) throws(CallFailure) -> (places: [PromotionPlace], total: Int64?, left: Int64?) {
        let content = try PinduoduoDocument.content(response, at: time)
        guard let list = content["p_id_list"] else {
            guard content["total_count"]?.whole == 0 else {
                throw BrokenAnswer.failure(response, "no PIDs in it")
            }
            return ([], 0, nil)
        }
        var places: [PromotionPlace] = []
        for value in list.list("p_id") {
            guard let pid = value["p_id"]?.text else {
                throw BrokenAnswer.failure(response, "a PID without number")
            }
            places.append(
                PromotionPlace(
                    pid: pid, name: value["pid_name"]?.text ?? "",
                    createdAt: PinduoduoTime.parse(value["create_time"]),
                    mediaID: DDKOrderDecoder.identifier(value["media_id"])))
        }
        return (places, content["total_count"]?.amount, content["remain_pid_count"]?.amount)
    }

    public static func isBound(
        _ response: PlatformResponse, at time: UTCInstant
    ) throws(CallFailure) -> Bool {
        let content = try PinduoduoDocument.content(response, at: time)
        guard let bind = content["bind"], bind.whole != nil || bind.flag != nil else {
            throw BrokenAnswer.failure(response, "no verdict in it")
        }
        return bind.truth == true
    }

    /// The link for a phone, and the one for anything else.
    public static func bindingLink(
        _ response: PlatformResponse, at time: UTCInstant
    ) throws(CallFailure) -> (mobile: String?, url: String) {
        let content = try PinduoduoDocument.content(response, at: time)
        let first = content["url_list"]?.list("url").first
        let mobile = first?["mobile_url"]?.text
        guard let url = first?["url"]?.text ?? mobile else {
            throw BrokenAnswer.failure(response, "no link in it")
        }
        return (mobile, url)
    }
}
