import Foundation
import Testing

@Suite struct ImportTests {
    /// The targets of Package.swift that are not tests, in their order.
    private static let targets: [String] = {
        let expression = /\.(?:target|systemLibrary|executableTarget)\(\s*name: "(\w+)"/
        return Repository.text("Package.swift").matches(of: expression).map { String($0.1) }
            .filter { !["CSpawn", "TestSupport"].contains($0) }
    }()

    private func imports(_ file: Repository.File) -> [(number: Int, name: String)] {
        file.code.filter { $0.line.contains("import ") }.compactMap { number, line in
            let expression = /^\s*(?:@\w+ )?(?:public |internal |private |package )?import (\w+)/
            return line.firstMatch(of: expression).map { (number, String($0.1)) }
        }
    }

    @Test func packageListsEveryFolder() throws {
        let folders = try FileManager.default.contentsOfDirectory(
            atPath: Repository.root.appending(path: "Sources").path)
        #expect(Self.targets.sorted() == folders.sorted())
    }

    @Test func targetsImportOnlyTargetsAbove() {
        for file in Repository.sources {
            let own = Self.targets.firstIndex(of: file.target) ?? 0
            for (number, name) in imports(file) {
                guard let other = Self.targets.firstIndex(of: name) else { continue }
                #expect(other < own, "\(file):\(number) imports \(name)")
            }
        }
    }

    @Test func theCoreImportsNothing() {
        for file in Repository.sources where file.target == "SyncCore" {
            #expect(imports(file).isEmpty, "\(file)")
        }
    }

    @Test(arguments: [
        ("CSQLite", ["OrderStore"]), ("CCurl", ["HTTPTransport"]), ("Foundation", []),
        ("FoundationEssentials", []), ("FoundationNetworking", []),
        ("CMemory", ["ProgramSupport"]), ("TOMLKit", ["Configuration"]),
        ("ArgumentParser", ["OrderSync"]), ("SandboxGateway", ["OrderSync"]),
        ("Report", ["OrderSync"]), ("StatusPage", ["OrderSync"]),
        ("Engine", ["StatusPage", "OrderSync"]), ("Authorisation", ["Engine", "OrderSync"]),
    ])
    func importsHaveTheirPlace(module: String, targets: [String]) {
        for file in Repository.sources where !targets.contains(file.target) {
            #expect(!imports(file).contains { $0.name == module }, "\(file) imports \(module)")
        }
    }
}
