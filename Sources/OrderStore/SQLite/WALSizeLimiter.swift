/// When to empty the write-ahead log by force.
///
/// SQLite writes the log back automatically, but restarts it only in a moment without readers: a
/// reader that keeps its snapshot for hours makes the log grow for hours. Past the limit the log is
/// truncated, which waits for readers for a moment. If a reader does not end, the log is reported.
struct WALSizeLimiter: Sendable {
    /// SQLite's own checkpoints keep the log below a third of this.
    static let bytes: Int64 = 64 << 20
    /// An attempt keeps the writer waiting: not with every commit.
    static let restSeconds: Int64 = 10

    let bytesMax: Int64
    private var triedAt: Int64?
    /// What the log had grown to when it could not be emptied; nil while it can.
    private(set) var stuckBytes: Int64?

    init(bytesMax: Int64 = bytes) {
        self.bytesMax = bytesMax
    }

    /// - Returns: true if the log is to be emptied now.
    mutating func isDue(bytes: Int64, now: Int64) -> Bool {
        guard bytes > bytesMax else {
            (triedAt, stuckBytes) = (nil, nil)
            return false
        }
        // A clock that was set back must not stop it.
        if let triedAt, (0..<Self.restSeconds).contains(now - triedAt) { return false }
        triedAt = now
        return true
    }

    mutating func tried(isEmptied: Bool, bytes: Int64) {
        stuckBytes = isEmptied ? nil : bytes
    }
}
