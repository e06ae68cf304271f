public struct WaitedInVain: Error, CustomStringConvertible {
    public var description: String
}

/// Checks a condition again and again until it holds. The limit only separates a standstill from
/// progress: it counts checks, not seconds, and is many times what an idle machine needs.
/// - Parameter seconds: more than enough on an idle machine.
public func wait(
    _ what: String, within seconds: Double = 20, _ condition: () async throws -> Bool
) async throws {
    let checks = Int(seconds * patience) * 1_000 / pauseMilliseconds
    for _ in 0..<checks {
        if try await condition() { return }
        try await Task.sleep(for: .milliseconds(pauseMilliseconds))
    }
    throw WaitedInVain(description: "\(what) did not happen after \(checks) checks")
}

/// How much slower than an idle machine a busy one may be.
private let patience = 10.0
private let pauseMilliseconds = 25
