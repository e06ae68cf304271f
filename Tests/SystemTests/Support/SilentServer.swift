import Foundation
import Glibc
import TestSupport

/// A gateway that takes a call and never answers.
final class SilentServer: Sendable {
    private let descriptor: Int32
    let address: String

    init() throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let isBound = withUnsafeMutablePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, size) == 0 && listen(descriptor, 64) == 0
                    && getsockname(descriptor, $0, &size) == 0
            }
        }
        guard isBound else { throw Child.Failure(description: "no server: \(errno)") }
        address = "http://127.0.0.1:\(UInt16(bigEndian: name.sin_port))/router/rest"
    }

    deinit { close(descriptor) }

    /// Waits for a call, and keeps it without an answer.
    func waitForCall(of child: Child) async throws -> Call {
        let descriptor = descriptor
        var ready = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        try await wait("a call") {
            guard child.isRunning else { throw Child.Failure(description: child.errors) }
            return poll(&ready, 1, 0) > 0
        }
        return try await onThread {
            let call = Call(accept(descriptor, nil, nil))
            var byte: UInt8 = 0
            guard recv(call.descriptor, &byte, 1, 0) == 1 else {
                throw Child.Failure(description: "an empty call")
            }
            return call
        }
    }

    final class Call: Sendable {
        fileprivate let descriptor: Int32
        fileprivate init(_ descriptor: Int32) { self.descriptor = descriptor }
        deinit { close(descriptor) }
    }
}

/// A pipe with a name.
final class NamedPipe {
    let path: String
    private var descriptor: Int32 = -1

    init(_ path: String) throws {
        self.path = path
        guard mkfifo(path, 0o600) == 0 else { throw Child.Failure(description: "no pipe") }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Waits until a program waits for what the pipe will bring.
    func waitForReader(_ child: Child) async throws {
        try await wait("a reader of \(path)") {
            guard child.isRunning else { throw Child.Failure(description: child.errors) }
            descriptor = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC)
            return descriptor >= 0
        }
    }

    /// Nothing more can be written into the pipe, and no one reads it.
    func fill() {
        descriptor = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC)
        let bytes = [UInt8](repeating: UInt8(ascii: "."), count: 4_096)
        while write(descriptor, bytes, bytes.count) > 0 {}
        while write(descriptor, bytes, 1) > 0 {}
    }

    /// Bytes that wait in the pipe for a reader.
    var waiting: Int {
        if descriptor < 0 { descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC) }
        var count: Int32 = 0
        // FIONREAD, which Swift's Glibc lacks.
        return ioctl(descriptor, 0x541B, &count) == 0 ? Int(count) : -1
    }
}
