import Testing

@testable import Configuration

/// The TOML parser ends a text at a NUL character, and what follows would silently not count.
@Suite struct TOMLEscapeTests {
    @Test(
        arguments: [
            (#"[[shop]]\#nname = "sh\u0000op0"\#n"#, [(2, "[[shop]] name")]),
            (#"[store]\#npath = "\U00000000"\#n"#, [(2, "[store] path")]),
            (#"[http]\#nhosts = [\#n  "a",\#n  "b\u0000",\#n]\#n"#, [(4, "[http] hosts")]),
            (#"[store]\#npath = """\#na\u0000"""\#n"#, [(3, "[store] path")]),
            (#"[store]\#n"pa\u0000th" = "x"\#n"#, [(2, #"[store] pa\u0000th"#)]),
            (
                #"[store]\#npath = "\u0000"\#n[log]\#nlevel = "\u0000\u0000"\#n"#,
                [(2, "[store] path"), (4, "[log] level")]
            ),
        ] as [(String, [(Int, String)])])
    func aNULByteIsRefused(text: String, faults: [(line: Int, key: String)]) throws {
        let error = #expect(throws: ConfigurationError.self) {
            try ConfigurationReader.parse(text, file: "x.toml")
        }
        let first = try #require(error)
        let found = [first] + first.others
        #expect(found.map(\.line) == faults.map(\.line))
        #expect(found.map(\.key) == faults.map(\.key))
        for fault in found { #expect(fault.expectation.contains("NUL")) }
    }

    /// Places where a backslash begins no escape, and escapes of other characters.
    @Test(arguments: [
        #"path = '/a\u0000'"#, #"path = "/a\\u0000""#, ##"# "\u0000""##, ##"path = "/a" # \u0000"##,
        #"path = '''\#n/a\u0000'''"#, #"path = "/\u0001""#, ##"path = "/\"'" # "\u0000""##,
        #"path = "\u00e9""#, "path = \"a\\",
    ])
    func anEscapedBackslashIsNoNULByte(line: String) {
        #expect(TOMLEscapes.linesOfNUL("[store]\n\(line)\n").isEmpty)
    }

    @Test func everyLineIsFoundOnce() {
        let text =
            #"a = "\u0000\u0000"\#nb = 'x"'\#nc = """\#n"" \u0000\#n\\u0000\#n\u00000""" # "\#n"#
        #expect(TOMLEscapes.linesOfNUL(text) == [1, 4, 6])
    }
}
