/// Hexadecimal text.
public enum Hex {
    /// Two upper-case digits a byte, as TOP signatures are written.
    public static func upper(_ bytes: some Sequence<UInt8>) -> String {
        var text = ""
        for byte in bytes {
            text.unicodeScalars.append(digit(byte >> 4))
            text.unicodeScalars.append(digit(byte & 15))
        }
        return text
    }

    private static func digit(_ value: UInt8) -> Unicode.Scalar {
        Unicode.Scalar(value < 10 ? 48 + value : 55 + value)
    }
}
