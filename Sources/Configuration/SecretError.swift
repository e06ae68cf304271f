/// A secret cannot be had. The line never holds it.
public struct SecretError: Error, Equatable {
    public var line: String
}
