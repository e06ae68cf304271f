internal import WireFormat

/// A refusal in Pinduoduo's words; the codes are those of the table on every page of its
/// documents, the texts those that clients have met.
struct PDDError: Error, Hashable, Sendable {
    let code: Int64
    let message: String
    var subCode: String?
    var subMessage = ""

    init(_ code: Int64, _ message: String, _ subCode: String? = nil, _ subMessage: String = "") {
        self.code = code
        self.message = message
        self.subCode = subCode
        self.subMessage = subMessage
    }

    static let invalidClient = PDDError(10_016, "client_id错误或已下线")
    static let invalidType = PDDError(10_017, "type错误")
    static let tokenExpired = PDDError(10_019, "access_token已过期")
    static let invalidSignature = doubled(20_004, "签名验证失败")
    static let invalidToken = PDDError(20_032, "access_token或client_id错误")
    static let orderNotExist = business("订单不属于该店铺或不存在")
    static let refundNotExist = business("售后单不存在")
    /// Clients have met it for goods that have left the programme.
    static let noPromotedGood = business("该商品不是多多客商品")
    static let noTrace = business("查询物流轨迹失败", "ISV_TRACK_ERROR")
    static let systemError = business("系统运行错误", "1000000")
    static let foreignPID = PDDError(10_000, "参数错误:duoId和pid不匹配")
    static let noAuthority = PDDError(
        50_001, "业务服务错误", "60001",
        "未传入已经授权备案过的相关参数(pid/custom_parameters), 授权备案说明链接："
            + "https://jinbao.pinduoduo.com/qa-system?questionId=204")

    /// A parameter that every method has.
    static func common(_ name: String) -> PDDError { PDDError(10_001, "公共参数错误:\(name)") }

    /// A parameter of the method: missing, or not to be read, or out of its range.
    static func parameter(_ name: String) -> PDDError { doubled(10_000, "参数错误:\(name)") }

    static func spanTooLong(_ span: String) -> PDDError { business("时间跨度不能超过\(span)") }

    private static func business(_ message: String, _ subCode: String? = nil) -> PDDError {
        PDDError(50_001, message, subCode, message)
    }

    /// Newer services repeat code and message.
    private static func doubled(_ code: Int64, _ message: String) -> PDDError {
        PDDError(code, message, "\(code)", message)
    }

    static func limited(_ limit: CallLimit) -> PDDError {
        switch limit {
        case .banned(.app, _), .second: doubled(70_031, "调用过于频繁，请调整调用频率")
        case .banned(_, _): doubled(52_101, "当前接口被限流，请稍后重试")
        case .day: doubled(70_036, "应用处于测试状态，调用次数被限制")
        case .refused(let refusal): PDDError(refusal.code, "拒绝", refusal.subCode)
        }
    }

    /// Faults of the services behind the gateway; each is worth another try later.
    static let serviceFaults: [PDDError] = [
        PDDError(50_000, "系统内部错误"), PDDError(50_002, "业务服务内部错误"),
        PDDError(52_001, "网关业务服务错误"), PDDError(52_002, "网关系统内部错误"),
        systemError,
    ]

    func json(requestID: String) -> [UInt8] {
        var json = JSONWriter()
        json.object {
            $0.key("error_response")
            $0.object {
                $0.member("error_msg", message)
                $0.member("sub_msg", subMessage)
                $0.member("sub_code", subCode)
                $0.member("error_code", code)
                $0.member("request_id", requestID)
            }
        }
        return json.bytes
    }
}
