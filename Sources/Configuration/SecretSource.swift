import Glibc
public import WireFormat

/// Where a secret is found. The secret itself is read when it is needed and kept nowhere else.
public enum SecretSource: Equatable, Sendable {
    /// - Parameter allowsReadable: everyone may read it, on a mount that is read only.
    case file(String, allowsReadable: Bool = false)
    case environment(String)
    /// A credential that systemd hands over: a file in `$CREDENTIALS_DIRECTORY`.
    case credential(String)
    /// In the configuration itself: only for gateways on loopback.
    case inline(Secret)
    /// A session that `ordersync auth` stored for the shop, under that app's key.
    case stored(SessionFile, shop: String, appKey: String)

    /// The secret, white space around it left out.
    /// - Parameter sessions: reads the state file.
    public func read(
        _ sessions: (SessionFile) throws(SecretError) -> [String: StoredSession] = {
            file throws(SecretError) in try file.read()
        }
    ) throws(SecretError) -> Secret {
        let secret: String
        switch self {
        case .inline(let text):
            return text
        case .environment(let name):
            guard let value = getenv(name) else {
                throw SecretError(line: "environment variable \(name) is not set")
            }
            secret = String(cString: value)
        case .credential(let name):
            guard let folder = getenv("CREDENTIALS_DIRECTORY") else {
                throw SecretError(
                    line: "credential \(name): not started by systemd with LoadCredential=")
            }
            secret = try Self.contents(of: "\(String(cString: folder))/\(name)", false)
        case .file(let path, let allowsReadable):
            secret = try Self.contents(of: path, allowsReadable)
        case .stored(let file, let shop, let key):
            guard let session = try sessions(file)[shop], session.appKey == key else {
                throw SecretError(
                    line: "no session is stored for it; run `ordersync auth login \(shop)`")
            }
            return session.accessToken
        }
        let trimmed = Self.trimmed(secret)
        guard !trimmed.isEmpty else { throw SecretError(line: "\(place) is empty") }
        guard !trimmed.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
            throw SecretError(
                line: "\(place) contains a control character (a NUL byte or a line break) inside "
                    + "the text; write the secret again, as one line of plain text")
        }
        return Secret(trimmed)
    }

    public var isCredential: Bool {
        if case .credential = self { return true }
        return false
    }

    /// The place, for messages.
    public var place: String {
        switch self {
        case .file(let path, _): path
        case .environment(let name): "environment variable \(name)"
        case .credential(let name): "credential \(name)"
        case .inline: "the configuration"
        case .stored(let file, _, _): file.path
        }
    }

    /// A stored session that says whose it is.
    public var namesSeller: Bool {
        guard case .stored(let file, let shop, let key) = self,
            let session = try? file.session(of: shop)
        else { return false }
        return session.appKey == key && !session.userID.isEmpty
    }

    /// Changes when a file's content may have: seconds, nanoseconds and size.
    public var version: [Int] {
        let path: String
        switch self {
        case .file(let file, _): path = file
        case .stored(let file, _, _): path = file.path
        case .environment, .credential, .inline: return []
        }
        var status = stat()
        guard stat(path, &status) == 0 else { return [] }
        return [status.st_mtim.tv_sec, status.st_mtim.tv_nsec, Int(status.st_size)]
    }

    /// Bytes of a file; secrets have some dozens.
    private static let sizeMax = 8_192

    private static func contents(
        of path: String, _ allowsReadable: Bool
    ) throws(SecretError) -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw SecretError(line: "\(path) cannot be read: \(String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw SecretError(line: "\(path) is no file")
        }
        let access = SecretFileAccess(
            mode: status.st_mode, isOnReadOnlyMount: SecretFileAccess.isReadOnly(descriptor))
        if let fault = access.fault(allowsReadable: allowsReadable, path: path) {
            throw SecretError(line: fault)
        }
        var bytes = [UInt8](repeating: 0, count: sizeMax + 1)
        let count = bytes.withUnsafeMutableBytes {
            Glibc.read(descriptor, $0.baseAddress, $0.count)
        }
        guard count <= sizeMax else {
            throw SecretError(line: "\(path) is too long for a secret")
        }
        guard count >= 0, let text = String(validating: bytes.prefix(count), as: UTF8.self) else {
            throw SecretError(line: "\(path) holds no text")
        }
        return text
    }

    /// Without white space at its ends, and without the byte order mark that some editors write.
    public static func trimmed(_ text: String) -> String {
        let isBlank = { (scalar: Unicode.Scalar) in
            scalar.properties.isWhitespace || scalar == "\u{FEFF}"
        }
        let start = text.unicodeScalars.drop(while: isBlank)
        guard let end = start.lastIndex(where: { !isBlank($0) }) else { return "" }
        return String(String.UnicodeScalarView(start[...end]))
    }
}
