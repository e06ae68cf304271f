internal import WireFormat

extension JSONWriter {
    /// A list in TOP's manner, `"orders":{"order":[…]}`; simplified, `"orders":[…]`.
    mutating func list(
        _ name: String, of element: String, isSimplified: Bool,
        _ body: (inout JSONWriter) -> Void
    ) {
        key(name)
        if isSimplified {
            array(body)
        } else {
            object {
                $0.key(element)
                $0.array(body)
            }
        }
    }
}
