import Glibc

/// Writes a file as a whole: it is there complete, or as it was before.
enum OutputFile {
    static func write(_ text: String, path: String) throws(CommandFailure) {
        // Only a plain file is replaced: what a link leads to, a terminal or a pipe is written.
        guard isReplaceable(path) else {
            return try write(text, named: path, to: path, flags: O_WRONLY | O_CREAT | O_TRUNC)
        }
        let temporary = "\(path).\(getpid()).tmp"
        do throws(CommandFailure) {
            try write(text, named: path, to: temporary, flags: O_WRONLY | O_CREAT | O_EXCL)
            guard rename(temporary, path) == 0 else { throw failure(path) }
        } catch {
            unlink(temporary)
            throw error
        }
    }

    private static func isReplaceable(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) != 0 || status.st_mode & S_IFMT == S_IFREG
    }

    private static func write(
        _ text: String, named path: String, to file: String, flags: Int32
    ) throws(CommandFailure) {
        let descriptor = open(file, flags | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw failure(path) }
        var text = text
        let code = text.withUTF8 { writeAll(UnsafeRawBufferPointer($0), to: descriptor) }
        // Some file systems tell of a full disk only here.
        let isClosed = close(descriptor) == 0
        if code != 0 { errno = code }
        guard code == 0, isClosed else { throw failure(path) }
    }

    /// - Returns: 0, or the error number.
    private static func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Int32 {
        var rest = bytes
        while !rest.isEmpty {
            let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
            if count < 0 { if errno == EINTR { continue } else { return errno } }
            rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
        }
        return 0
    }

    private static func failure(_ path: String) -> CommandFailure {
        CommandFailure(
            .failed,
            "\(path) cannot be written: \(String(cString: strerror(errno))); check that the "
                + "folder exists, that this user may write to it and that there is space")
    }
}
