public import Foundation

/// Runs a program to its end.
public func run(
    _ path: String, _ arguments: [String], input: Data? = nil
) async throws -> (ending: ChildProcess.Ending, output: String, errors: String) {
    let folder = NSTemporaryDirectory() + "ordersync-run-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    if let input { try input.write(to: URL(filePath: folder + "/in")) }
    let child = try ChildProcess(
        path, arguments, folder: FileManager.default.currentDirectoryPath,
        input: input == nil ? .nothing : .file(folder + "/in"), output: folder + "/out",
        errors: folder + "/err")
    let ending = await child.ending()
    func text(_ name: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(filePath: "\(folder)/\(name)")), as: UTF8.self)
    }
    return (ending, try text("out"), try text("err"))
}
