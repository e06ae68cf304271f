import Testing

/// A type is found by the name of its file, and a name means one thing.
@Suite struct TypeTests {
    private struct TopLevelType {
        var name: String
        var file: Repository.File
    }

    /// The types at the top level of a file; small helpers may be private.
    private static func types(of file: Repository.File) -> [TopLevelType] {
        let modifiers = "(?:public|package|internal|final|indirect|nonisolated)"
        let kinds = "(?:struct|class|enum|actor|protocol)"
        guard
            let expression = try? Regex(
                #"^(?:@\w+(?:\([^)]*\))? )*(?:\#(modifiers) )*\#(kinds) (\w+)"#,
                as: (Substring, Substring).self)
        else { return [] }
        return file.code.compactMap { _, line in
            line.firstMatch(of: expression).map { TopLevelType(name: String($0.1), file: file) }
        }
    }

    private static let all = Repository.sources.map { (file: $0, types: types(of: $0)) }

    @Test func aFileHasOneTypeAndItsName() {
        #expect(Self.all.filter { !$0.types.isEmpty }.count > 300)
        for (file, types) in Self.all {
            #expect(types.count <= 1, "\(file) has \(types.map(\.name))")
            let name = file.path.split(separator: "/").last.map { $0.dropLast(".swift".count) }
            guard let type = types.first, let name else { continue }
            #expect(name == type.name, "\(file) has \(type.name)")
        }
    }

    @Test func aNameMeansOneType() {
        let types = Self.all.flatMap(\.types)
        for (name, same) in Dictionary(grouping: types, by: \.name) where same.count > 1 {
            Issue.record("\(name) is a type in \(same.map(\.file.path))")
        }
    }
}
