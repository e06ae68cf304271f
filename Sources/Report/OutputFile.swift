import Glibc
import OrderStore
public import ProgramSupport

/// Writes a file as a whole: it is there complete, or as it was before.
public enum OutputFile {
    public static func write(_ text: String, path: String) throws(CommandFailure) {
        // Only a plain file is replaced: what a link leads to, a terminal or a pipe is written.
        guard isReplaceable(path) else {
            let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
            guard descriptor >= 0 else { throw failure(path, errno) }
            let code = writeAll(text, to: descriptor)
            // Some file systems report a full disk only here.
            let isClosed = close(descriptor) == 0
            guard code == 0, isClosed else { throw failure(path, code == 0 ? errno : code) }
            return
        }
        do throws(PartialFile.Failure) {
            let file = try PartialFile(path: "\(path).partial", isPrivate: false)
            let code = writeAll(text, to: file.descriptor)
            // Some file systems report a full disk only here.
            guard code == 0, fsync(file.descriptor) == 0 else {
                throw .system(code == 0 ? errno : code)
            }
            try file.put(at: path, replaces: true)
        } catch {
            switch error {
            case .system(let code): throw failure(path, code)
            case .busy:
                throw CommandFailure(
                    .tryAgainLater, "another ordersync is writing \(path); run this again after it")
            }
        }
    }

    private static func isReplaceable(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) != 0 || status.st_mode & S_IFMT == S_IFREG
    }

    /// - Returns: 0, or the error number.
    private static func writeAll(_ text: String, to descriptor: Int32) -> Int32 {
        var text = text
        return text.withUTF8 { bytes in
            var rest = UnsafeRawBufferPointer(bytes)
            while !rest.isEmpty {
                let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
                if count < 0 { if errno == EINTR { continue } else { return errno } }
                rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
            }
            return 0
        }
    }

    private static func failure(_ path: String, _ code: Int32) -> CommandFailure {
        CommandFailure(
            .failed,
            "\(path) cannot be written: \(String(cString: strerror(code))); check that the "
                + "folder exists, that this user may write to it and that there is space")
    }
}
