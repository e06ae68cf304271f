/// A secret cannot be had. The line never holds it.
struct SecretError: Error, Equatable {
    var line: String
}
