import Foundation
import Testing

@testable import OrderStore

@Suite struct PartialFileTests {
    private let folder: String

    init() throws {
        folder = NSTemporaryDirectory() + "ordersync-partial-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
    }

    private var partial: String { "\(folder)/a.partial" }
    private var target: String { "\(folder)/a" }

    private func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    }

    private func text(_ path: String) throws -> String {
        try String(contentsOfFile: path, encoding: .utf8)
    }

    private func mode(_ path: String) throws -> Int? {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        return attributes[.posixPermissions] as? Int
    }

    @Test func aPartialFileGetsItsNameWhenItIsComplete() throws {
        try Data("left".utf8).write(to: URL(filePath: partial))
        let file = try PartialFile(path: partial, isPrivate: true)
        #expect(write(file.descriptor, "new", 3) == 3)
        #expect(try names() == ["a.partial"])
        #expect(try mode(partial) == 0o600)
        try file.put(at: target, replaces: false)
        #expect(try names() == ["a"])
        #expect(try text(target) == "new")
    }

    @Test func aPartialFileReplacesOnlyOnRequest() throws {
        try Data("old".utf8).write(to: URL(filePath: target))
        do {
            let file = try PartialFile(path: partial, isPrivate: false)
            #expect(throws: PartialFile.Failure.self) {
                try file.put(at: target, replaces: false)
            }
            #expect(try text(target) == "old")
        }
        #expect(try names() == ["a"], "what was not complete goes")
        let file = try PartialFile(path: partial, isPrivate: false)
        try file.put(at: target, replaces: true)
        #expect(try names() == ["a"])
        #expect(try text(target) == "")
    }

    /// Of two at the same time the second is refused, and harms neither file.
    @Test func onlyOneProcessWritesAtATime() throws {
        let first = try PartialFile(path: partial, isPrivate: false)
        #expect(write(first.descriptor, "first", 5) == 5)
        do {
            _ = try PartialFile(path: partial, isPrivate: false)
            Issue.record("two write one file")
        } catch {
            guard case .busy = error else { throw error }
        }
        #expect(try text(partial) == "first")
        try first.put(at: target, replaces: true)
        // The first file is still locked; it has another name.
        let second = try PartialFile(path: partial, isPrivate: false)
        #expect(write(second.descriptor, "second", 6) == 6)
        #expect(try text(target) == "first")
        #expect(try text(partial) == "second")
    }

    @Test func whatIsNoPlainFileIsRefused() throws {
        try Data("precious".utf8).write(to: URL(filePath: target))
        try FileManager.default.createSymbolicLink(
            atPath: partial, withDestinationPath: target)
        mkfifo("\(folder)/pipe", 0o600)
        for path in [partial, "\(folder)/pipe", folder] {
            #expect(throws: PartialFile.Failure.self) {
                _ = try PartialFile(path: path, isPrivate: false)
            }
        }
        #expect(try text(target) == "precious")
        #expect(try names() == ["a", "a.partial", "pipe"])
    }

    @Test func companionsGoWithIt() throws {
        let log = "\(partial)-wal"
        try Data("old".utf8).write(to: URL(filePath: log))
        let file = try PartialFile(path: partial, isPrivate: false, companions: [log])
        #expect(try names() == ["a.partial"])
        try Data("new".utf8).write(to: URL(filePath: log))
        file.discard()
        #expect(try names() == [])
    }
}
