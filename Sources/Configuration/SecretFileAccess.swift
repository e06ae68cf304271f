import Glibc

/// Who can read and write a secret's file.
struct SecretFileAccess {
    var mode: mode_t
    /// The file and its mode cannot change, as in a container with mounted secrets.
    var isOnReadOnlyMount: Bool

    static func isReadOnly(_ descriptor: Int32) -> Bool {
        var status = statvfs()
        return fstatvfs(descriptor, &status) == 0 && status.f_flag & UInt(ST_RDONLY) != 0
    }

    /// What is wrong with it, in one line; nil for a file that may be used.
    func fault(allowsReadable: Bool, path: String) -> String? {
        // Readable or writable by everyone, or writable by the group.
        guard mode & 0o026 != 0 else { return nil }
        let chmod = "\(path) can be read by others; run `chmod 600 \(path)`"
        guard mode & 0o022 == 0, isOnReadOnlyMount else {
            return allowsReadable && mode & 0o022 == 0
                ? "\(chmod); `allow_readable_secrets` is for read-only mounts, and this is none"
                : chmod
        }
        if allowsReadable { return nil }
        return "\(path) can be read by others. Mount it with mode 400, or set "
            + "`allow_readable_secrets = true` in [auth]"
    }
}
