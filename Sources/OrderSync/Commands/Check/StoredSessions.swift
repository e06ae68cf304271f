import Configuration

/// The state file's sessions, read once however many shops are in it.
struct StoredSessions {
    private var found: [String: Result<[String: StoredSession], SecretError>] = [:]
    /// How often a file was read.
    private(set) var reads = 0

    mutating func read(_ file: SessionFile) throws(SecretError) -> [String: StoredSession] {
        if let known = found[file.path] { return try known.get() }
        reads += 1
        let result: Result<[String: StoredSession], SecretError>
        do throws(SecretError) {
            result = .success(try file.read())
        } catch {
            result = .failure(error)
        }
        found[file.path] = result
        return try result.get()
    }
}
