import Testing

@testable import Configuration

@Suite struct ConfigurationLinesTests {
    @Test(arguments: ["\n", "\r\n"])
    func theLineFinderFindsKeys(ending: String) {
        let text = [
            "# [store] in a comment", "top = 1", "", "[store]  # here", "  path = \"a=b\"",
            "# path = 1", "[ log ]", "level=\"info\"", "[[app]]", "name = \"a\"", "\tkey\t= \"1\"",
            "[[ app ]]", "name = \"b\"", "\"quoted\" = 1", "[[shop]]", "name = \"s\"",
        ].joined(separator: ending)
        let lines = TOMLLines(text)
        #expect(lines.line(of: "top", in: "top") == 2)
        #expect(lines.line(of: "store", in: "store") == 4)
        #expect(lines.line(of: "path", in: "store") == 5)
        #expect(lines.line(of: "level", in: "log") == 8)
        #expect(lines.line(of: "name", in: "app#0") == 10)
        #expect(lines.line(of: "key", in: "app#0") == 11)
        #expect(lines.line(of: "name", in: "app#1") == 13)
        #expect(lines.line(of: "quoted", in: "app#1") == 14)
        #expect(lines.line(of: "name", in: "shop#0") == 16)
        // A key that is missing is reported at its table.
        #expect(lines.line(of: "key", in: "app#1") == 12)
        #expect(lines.line(of: "key", in: "nowhere") == 0)
    }
}
