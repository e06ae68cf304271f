internal import SyncCore
internal import WireFormat

/// TOP's envelope around answers that are small: the content of `<method>_response`, or the flat
/// form of `simplify=true`.
enum TaobaoDocument {
    /// The members of a good answer.
    /// - Throws: what an error or an unreadable answer means.
    static func content(_ response: PlatformResponse) throws(CallFailure) -> JSONValue {
        guard let first = response.body.first(where: { $0 > 0x20 }) else {
            throw BrokenAnswer.failure(response, "empty")
        }
        if first == UInt8(ascii: "<") {
            if let error = TaobaoErrorBody(xml: response.body) {
                throw TaobaoErrors.classify(error)
            }
            throw BrokenAnswer.failure(response, BrokenAnswer.webPage)
        }
        let root: JSONValue
        do {
            root = try response.body.withUnsafeBytes { try JSONValue.parse($0) }
        } catch let fault as JSONError {
            throw BrokenAnswer.failure(response, "\(fault.reason) at byte \(fault.offset)")
        } catch {
            throw BrokenAnswer.failure(response, "unreadable")
        }
        if let error = root["error_response"], case .object = error {
            throw TaobaoErrors.classify(errorBody(error))
        }
        if response.status != 200 { throw BrokenAnswer.failure(response, "status") }
        guard case .object(let members, _) = root else {
            throw BrokenAnswer.failure(response, "no object")
        }
        return members.first { $0.name.hasSuffix("_response") && $0.value.isObject }?.value
            ?? root
    }

    /// Whose session it is (api:21349).
    static func seller(_ response: PlatformResponse) throws(CallFailure) -> SellerIdentity {
        let user = try content(response)["user"]
        let seller = SellerIdentity(id: user?["user_id"], nick: user?["nick"]?.text, response)
        if seller.isEmpty { throw BrokenAnswer.failure(response, "no seller in it") }
        return seller
    }

    private static func errorBody(_ value: JSONValue) -> TaobaoErrorBody {
        TaobaoErrorBody(
            code: value["code"]?.whole.map { Int($0) } ?? 0,
            message: ErrorText.bounded(value["msg"]?.text ?? ""),
            subCode: ErrorText.bounded(value["sub_code"]?.text ?? ""),
            subMessage: ErrorText.bounded(value["sub_msg"]?.text ?? ""))
    }
}
