import WireFormat

/// One JSON object as a line.
enum RangeJSON {
    static func text(_ body: (inout JSONWriter) -> Void) -> String {
        var json = JSONWriter()
        json.object(body)
        return json.text
    }
}
