import Glibc
public import ProgramSupport

/// The file of `ca_file`: certificates in PEM.
public enum CAFile {
    private static let sizeMax = 4 << 20

    /// Checks that the configuration's file is there and has a certificate.
    public static func check(_ configuration: Configuration) throws(CommandFailure) {
        guard let path = configuration.caFile, let fault = fault(path) else { return }
        throw CommandFailure(.configurationWrong, "[network] ca_file: \(fault)")
    }

    public static func fault(_ path: String) -> String? {
        guard let file = fopen(path, "r") else {
            return "\(path) cannot be read: \(String(cString: strerror(errno)))"
        }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: sizeMax)
        let count = fread(&bytes, 1, bytes.count, file)
        guard ferror(file) == 0 else {
            return "\(path) cannot be read: \(String(cString: strerror(errno)))"
        }
        let text = String(decoding: bytes.prefix(count), as: UTF8.self)
        guard text.contains("-----BEGIN CERTIFICATE-----"),
            text.contains("-----END CERTIFICATE-----")
        else { return "\(path) has no certificate in PEM (-----BEGIN CERTIFICATE-----)" }
        return nil
    }
}
