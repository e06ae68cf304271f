/// A failed call: what to do, and one line for the operator, free of secrets and buyers' data.
public struct CallFailure: Error, Equatable, Sendable {
    public var disposition: Disposition
    /// The platform's code or the transport's fault, for example `27 invalid-sessionkey`.
    public var code: String
    public var line: String
    /// The code is in no table.
    public var isUnknownCode: Bool
    /// The order is split: its parcels have to be asked for one by one.
    public var isSplitOrder = false
    /// The promotion place (PID) of a question about goods is refused, not the question.
    public var refusesPID = false
    /// The session belongs to another seller than the shop; the line says whose.
    public var isOtherSeller = false
    /// It is not known whose session it is: that has to be asked first.
    public var needsSeller = false
    /// Of a refusal: seconds until the next try at least, where trying makes it worse.
    public var restSeconds: Int64 = 0
    /// It is being fixed already, so it is no error: the code is empty.
    public var isExpected: Bool { code.isEmpty }

    public init(
        _ disposition: Disposition, code: String, line: String, isUnknownCode: Bool = false
    ) {
        self.disposition = disposition
        self.code = code
        self.line = line
        self.isUnknownCode = isUnknownCode
    }
}
