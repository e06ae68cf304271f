internal import WireFormat

/// The members of `error_response`; each may be missing. `sub_code` comes as null, as digits or as
/// text, and one client has met it as a number.
struct PinduoduoErrorBody: Equatable {
    var code = 0
    var message = ""
    var subCode = ""
    var subMessage = ""

    private enum Field: String, CaseIterable {
        case code = "error_code"
        case message = "error_msg"
        case subCode = "sub_code"
        case subMessage = "sub_msg"
    }

    private static let fields = FieldTable(Field.self)

    init(code: Int, message: String = "", subCode: String = "", subMessage: String = "") {
        self.code = code
        self.message = message
        self.subCode = subCode
        self.subMessage = subMessage
    }

    init(_ value: JSONValue) {
        code = value["error_code"]?.whole.map { Int($0) } ?? 0
        message = ErrorText.bounded(value["error_msg"]?.text ?? "")
        subCode = ErrorText.bounded(value["sub_code"]?.text ?? "")
        subMessage = ErrorText.bounded(value["sub_msg"]?.text ?? "")
    }

    /// Reads the object that the reader stands before.
    init(_ reader: inout JSONReader) throws(JSONError) {
        try reader.enterObject()
        while let key = try reader.nextKey() {
            guard let field = Self.fields.field(key, in: reader.text),
                try reader.peek() == .scalar
            else {
                try reader.skipDeepValue()
                continue
            }
            let text = ErrorText.bounded(try reader.readScalar().text(in: reader.text))
            switch field {
            case .code: code = wholeNumber(Blanks.trimmed(text)).map { Int($0) } ?? 0
            case .message: message = text
            case .subCode: subCode = text
            case .subMessage: subMessage = text
            }
        }
    }
}
