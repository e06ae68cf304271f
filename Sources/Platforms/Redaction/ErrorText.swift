/// Texts of errors are searched and split: a long one must not cost more than a short one.
enum ErrorText {
    private static let bytesMax = 4_096

    static func bounded(_ text: String) -> String {
        guard text.utf8.count > bytesMax else { return text }
        return String(decoding: text.utf8.prefix(bytesMax), as: UTF8.self)
    }
}
