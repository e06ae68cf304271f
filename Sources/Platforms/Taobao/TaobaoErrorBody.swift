internal import WireFormat

/// The members of `error_response`; each may be missing, and `code` may be text.
struct TaobaoErrorBody: Equatable {
    var code = 0
    var message = ""
    var subCode = ""
    var subMessage = ""

    private enum Field: String, CaseIterable {
        case code, msg
        case subCode = "sub_code"
        case subMessage = "sub_msg"
    }

    private static let fields = FieldTable(Field.self)

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
            case .msg: message = text
            case .subCode: subCode = text
            case .subMessage: subMessage = text
            }
        }
    }

    /// Reads the XML form, which comes when `format` was not understood. Nil for other text.
    init?(xml body: [UInt8]) {
        let text = String(decoding: body.prefix(4_096), as: UTF8.self)
        guard text.contains("<error_response"), let code = Self.element("code", in: text) else {
            return nil
        }
        self.code = Int(code) ?? 0
        message = Self.element("msg", in: text) ?? ""
        subCode = Self.element("sub_code", in: text) ?? ""
        subMessage = Self.element("sub_msg", in: text) ?? ""
    }

    init(code: Int, message: String = "", subCode: String = "", subMessage: String = "") {
        self.code = code
        self.message = message
        self.subCode = subCode
        self.subMessage = subMessage
    }

    private static func element(_ name: String, in text: String) -> String? {
        guard let start = text.firstRange(of: "<\(name)>")?.upperBound,
            let end = text[start...].firstRange(of: "</\(name)>")?.lowerBound
        else { return nil }
        return String(text[start..<end])
    }
}
