internal import SyncCore
internal import WireFormat

/// Pinduoduo's envelope around answers that are small: the content of `…_response`, or the root
/// where a method has no envelope (`pdd.refund.information.get`).
enum PinduoduoDocument {
    /// The members of a good answer.
    /// - Parameter time: the platform's time of the call: some refusals last until its day ends.
    /// - Throws: what an error or an unreadable answer means.
    static func content(
        _ response: PlatformResponse, at time: UTCInstant
    ) throws(CallFailure) -> JSONValue {
        guard let first = response.body.first(where: { $0 > 0x20 }) else {
            throw BrokenAnswer.failure(response, "empty")
        }
        if first == UInt8(ascii: "<") {
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
        // An error counts whatever the status is: some come with 200, some do not.
        if let error = root["error_response"], case .object = error {
            throw PinduoduoErrors.classify(PinduoduoErrorBody(error), at: time)
        }
        if response.status != 200 { throw BrokenAnswer.failure(response, "status") }
        guard case .object(let members, _) = root else {
            throw BrokenAnswer.failure(response, "no object")
        }
        return members.first { isEnvelope($0.name) && $0.value.isObject }?.value ?? root
    }

    /// Whose session it is.
    static func seller(
        _ response: PlatformResponse, at time: UTCInstant
    ) throws(CallFailure) -> SellerIdentity {
        let mall = try content(response, at: time)
        let seller = SellerIdentity(id: mall["mall_id"], nick: mall["mall_name"]?.text, response)
        if seller.isEmpty { throw BrokenAnswer.failure(response, "no mall in it") }
        return seller
    }

    /// Envelopes are named irregularly, and one ends in a misspelling.
    static func isEnvelope(_ name: String) -> Bool {
        endings.contains { name.hasSuffix($0) }
    }

    private static let endings = ["_response", "_resposne"]
}
