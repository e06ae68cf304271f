import Glibc
import OrderStore
import Synchronization
import WireFormat

/// The state file: the sessions that `auth` and the daemon store, as JSON, readable by its owner
/// alone.
///
/// It is replaced as a whole (written beside, synced, renamed, the folder synced), so a reader or
/// a power cut sees the old content or the new one. Writers exclude each other by a
/// lock on a separate file, because each write replaces the state file. What cannot be read is
/// never overwritten.
public struct SessionFile: Equatable, Sendable {
    public let path: String
    /// Whose owner the file belongs to when root writes it.
    public let databasePath: String

    /// Bytes; a shop takes some hundreds.
    private static let sizeMax = 16 << 20
    private static let formatVersion: Int64 = 1

    // MARK: Reading

    /// The latest content that was read, so that each call of ten thousand shops does not parse
    /// the whole file again.
    private struct Content {
        let path: String
        let version: [Int]
        let sessions: [String: StoredSession]
    }
    private static let latest = Mutex<Content?>(nil)

    /// Seconds after a change in which the file's times do not show a further change.
    private static let timeStampGrain = 2

    /// All sessions by shop; none when there is no file.
    public func read() throws(SecretError) -> [String: StoredSession] {
        try read(usesLatest: true)
    }

    private func read(usesLatest: Bool) throws(SecretError) -> [String: StoredSession] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return [:] }
            throw SecretError(line: "\(path) cannot be read: \(Self.reason)")
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw SecretError(line: "\(path) is no file")
        }
        guard status.st_mode & 0o077 == 0 else {
            throw SecretError(line: "\(path) can be read by others; run `chmod 600 \(path)`")
        }
        guard status.st_size <= Self.sizeMax else { throw damaged("too long") }
        let version = Self.version(status)
        if usesLatest,
            let content = Self.latest.withLock({ $0 }), content.path == path,
            content.version == version
        {
            return content.sessions
        }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        var count = 0
        while count < bytes.count {
            let part = bytes.withUnsafeMutableBytes {
                Glibc.read(descriptor, $0.baseAddress?.advanced(by: count), $0.count - count)
            }
            if part < 0, errno == EINTR { continue }
            guard part > 0 else { break }
            count += part
        }
        let sessions = try parse(bytes.prefix(count))
        let isSettled = status.st_mtim.tv_sec + Self.timeStampGrain < time(nil)
        Self.latest.withLock { latest in
            latest =
                isSettled ? Content(path: path, version: version, sessions: sessions) : nil
        }
        return sessions
    }

    /// Differs between two contents of the file, unless they are as young as its times are coarse.
    private static func version(_ status: stat) -> [Int] {
        [
            Int(status.st_dev), Int(status.st_ino), Int(status.st_size), status.st_mtim.tv_sec,
            status.st_mtim.tv_nsec, status.st_ctim.tv_sec, status.st_ctim.tv_nsec,
        ]
    }

    /// The shop's session; nil when there is none.
    public func session(of shop: String) throws(SecretError) -> StoredSession? {
        try read()[shop]
    }

    private func parse(_ bytes: ArraySlice<UInt8>) throws(SecretError) -> [String: StoredSession] {
        let root = bytes.withUnsafeBytes { try? JSONValue.parse($0) }
        guard let root else { throw damaged("no JSON") }
        guard let version = root["version"]?.integer, case .array(let list)? = root["sessions"]
        else { throw damaged("no list of sessions") }
        guard version == Self.formatVersion else {
            throw SecretError(
                line: "\(path) was written by another version of ordersync (format \(version))")
        }
        var sessions: [String: StoredSession] = [:]
        for value in list {
            guard let session = StoredSession(value), sessions[session.shop] == nil else {
                throw damaged("a session lacks something")
            }
            sessions[session.shop] = session
        }
        return sessions
    }

    private func damaged(_ reason: String) -> SecretError {
        SecretError(
            line: "\(path) is damaged (\(reason)) and is left as it is; put back a copy, or move "
                + "it away and authorise the shops again with `ordersync auth login`")
    }

    // MARK: Writing

    /// Changes the sessions under the lock; on return they are on the disk.
    /// - Throws: what `change` throws, and then nothing is written.
    @discardableResult
    public func update<Value>(
        _ change: (inout [String: StoredSession]) throws(SecretError) -> Value
    ) throws(SecretError) -> Value {
        let lock = open("\(path).lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard lock >= 0 else { throw unwritable() }
        defer { close(lock) }
        giveToOwner(lock)
        while flock(lock, LOCK_EX) != 0 {
            guard errno == EINTR else { throw unwritable() }
        }
        var sessions = try read(usesLatest: false)
        let before = sessions
        let value = try change(&sessions)
        if sessions != before { try replace(Self.json(sessions)) }
        return value
    }

    /// Gives a session another shop's name. Of two sessions the one that was issued later is kept:
    /// a refresh token of the earlier one may be used up.
    /// - Returns: what to report; nil if there was no session under the old name.
    public func move(from old: String, to new: String) throws(SecretError) -> String? {
        try update { sessions throws(SecretError) -> String? in
            guard var session = sessions.removeValue(forKey: old) else { return nil }
            if let newer = sessions[new], newer.issuedAt >= session.issuedAt {
                return "the stored session of \(new) is newer and stays"
            }
            session.shop = new
            sessions[new] = session
            return "its stored session has moved"
        }
    }

    private static func json(_ sessions: [String: StoredSession]) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("version", formatVersion)
            json.key("sessions")
            json.array { json in
                for session in sessions.values.sorted(by: { $0.shop < $1.shop }) {
                    session.write(to: &json)
                }
            }
        }
        return json.bytes + [UInt8(ascii: "\n")]
    }

    private func replace(_ bytes: [UInt8]) throws(SecretError) {
        do throws(PartialFile.Failure) {
            let file = try PartialFile(path: "\(path).new", isPrivate: true)
            giveToOwner(file.descriptor)
            guard write(bytes, file.descriptor), fsync(file.descriptor) == 0 else {
                throw .system(errno)
            }
            try file.put(at: path, replaces: true)
        } catch {
            // The lock says that no other process writes it: a busy one is another program's.
            if case .system(let code) = error { errno = code } else { errno = EBUSY }
            throw unwritable()
        }
        let folder = open(Self.folder(of: path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw unwritable() }
        defer { close(folder) }
        guard fsync(folder) == 0 else { throw unwritable() }
    }

    private func write(_ bytes: [UInt8], _ descriptor: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 { if errno == EINTR { continue } else { return false } }
            rest = rest.dropFirst(count)
        }
        return true
    }

    /// What root writes must not be closed to the daemon.
    private func giveToOwner(_ descriptor: Int32) {
        guard geteuid() == 0 else { return }
        var owner = stat()
        guard stat(databasePath, &owner) == 0 || stat(Self.folder(of: databasePath), &owner) == 0
        else { return }
        _ = fchown(descriptor, owner.st_uid, owner.st_gid)
    }

    private func unwritable() -> SecretError {
        SecretError(
            line: "\(path) cannot be written: \(Self.reason); check that the folder exists, that "
                + "this user may write to it and that there is space")
    }

    private static var reason: String { String(cString: strerror(errno)) }

    public static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
