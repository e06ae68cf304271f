internal import Glibc

/// A file that gets its name when it is complete: whoever finds the name finds a whole file.
///
/// Until then it has its own name, under which one process at a time writes it. It does not
/// stay behind when a signal ends the process; one that SIGKILL left is used again.
public final class PartialFile {
    public enum Failure: Error {
        /// Another process is writing it.
        case busy
        /// `errno`.
        case system(Int32)
    }

    public let path: String
    public let descriptor: Int32
    private let companions: [String]
    private var isOver = false

    /// - Parameters:
    ///   - isPrivate: only the owner may read the file.
    ///   - companions: files that may come into being beside it, and go with it.
    public init(
        path: String, isPrivate: Bool, companions: [String] = []
    ) throws(Failure) {
        self.path = path
        self.companions = companions
        var failure = Failure.busy
        let descriptor = UnfinishedFiles.add([path] + companions) { () -> Int32? in
            do throws(Failure) {
                return try Self.claim(path, mode: isPrivate ? 0o600 : 0o644)
            } catch {
                failure = error
                return nil
            }
        }
        guard let descriptor else { throw failure }
        self.descriptor = descriptor
        for companion in companions { unlink(companion) }
        guard !isPrivate || fchmod(descriptor, 0o600) == 0, ftruncate(descriptor, 0) == 0 else {
            let code = errno
            discard()
            close(descriptor)
            throw .system(code)
        }
    }

    deinit {
        discard()
        close(descriptor)
    }

    private static func claim(_ path: String, mode: mode_t) throws(Failure) -> Int32 {
        let flags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK
        let descriptor = open(path, flags, mode)
        guard descriptor >= 0 else { throw .system(errno) }
        var opened = stat()
        var named = stat()
        let isLocked = flock(descriptor, LOCK_EX | LOCK_NB) == 0
        let isRegular = fstat(descriptor, &opened) == 0 && opened.st_mode & S_IFMT == S_IFREG
        // Another process may have completed it since, and given it its name.
        let isSame =
            lstat(path, &named) == 0 && named.st_ino == opened.st_ino
            && named.st_dev == opened.st_dev
        if isRegular, isLocked, isSame { return descriptor }
        close(descriptor)
        throw isRegular ? .busy : .system(EEXIST)
    }

    /// Gives the complete file its name.
    /// - Parameter replaces: a file of that name goes; else it stays, and this fails with EEXIST.
    public func put(at target: String, replaces: Bool) throws(Failure) {
        var code: Int32 = 0
        isOver = UnfinishedFiles.remove([path] + companions) {
            let isNamed = replaces ? rename(path, target) == 0 : name(target)
            code = errno
            return isNamed
        }
        guard isOver else { throw .system(code) }
    }

    private func name(_ target: String) -> Bool {
        if link(path, target) == 0 {
            unlink(path)
            return true
        }
        if errno == EEXIST { return false }
        // A file system without links.
        guard access(target, F_OK) != 0 else {
            errno = EEXIST
            return false
        }
        return rename(path, target) == 0
    }

    /// Removes the file, unless it has its name.
    public func discard() {
        guard !isOver else { return }
        isOver = UnfinishedFiles.remove([path] + companions) {
            for name in [path] + companions { unlink(name) }
            return true
        }
    }
}
