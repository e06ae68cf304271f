import Glibc
import Synchronization

/// Descriptors of database files, kept for the life of the process and used again, because closing
/// one drops SQLite's locks on that file.
enum DatabaseDescriptors {
    private struct FileID: Hashable {
        var device: UInt
        var number: UInt
    }

    private static let free = Mutex<[FileID: [Int32]]>([:])

    /// A separate descriptor for the file; nil when it cannot be opened.
    static func open(_ path: String) -> Int32? {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        let file = FileID(device: UInt(status.st_dev), number: UInt(status.st_ino))
        if let kept = free.withLock({ $0[file]?.popLast() }) { return kept }
        for mode in [O_RDWR, O_RDONLY] {
            let descriptor = Glibc.open(path, mode | O_CLOEXEC)
            if descriptor >= 0 { return descriptor }
        }
        return nil
    }

    static func giveBack(_ descriptor: Int32) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return }
        let file = FileID(device: UInt(status.st_dev), number: UInt(status.st_ino))
        free.withLock { $0[file, default: []].append(descriptor) }
    }
}
