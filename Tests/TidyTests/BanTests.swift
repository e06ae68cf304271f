import Testing

@Suite struct BanTests {
    @Test(arguments: [
        (#"Task\.detached"#, "Sources/"),
        (#"(^|[^\w.])(print|debugPrint|dump)\("#, "Sources/"),
        (#"Task\.sleep|Date\(\)|SystemRandomNumberGenerator|ContinuousClock"#, "Sources/SyncCore/"),
        (#"\.random\(in:(?!.*using:)"#, "Sources/SyncCore/"),
        (#"\btry!|\bas!|fatalError\("#, "Sources/"),
        (#"^\s*default:"#, "Sources/SyncCore/Machine/"),
        (#"\bsleep\(|Task\.sleep"#, "Tests/SyncCoreTests/"),
        (#"\bsleep\(|Task\.sleep"#, "Tests/OrderStoreTests/"),
    ])
    func aBannedPatternIsNotUsed(pattern: String, folder: String) {
        let files = (Repository.sources + Repository.tests).filter { $0.path.hasPrefix(folder) }
        #expect(!files.isEmpty)
        for file in files { #expect(file.places(pattern) == []) }
    }

    /// The text of a secret goes into requests, into its own file, and into what strikes it out.
    @Test func fewPlacesSeeTheTextOfASecret() {
        let places = [
            "WireFormat/Secret.swift", "Configuration/Sessions/StoredSession.swift",
            "Platforms/CallFailure+Redaction.swift",
            "Platforms/Pinduoduo/PinduoduoAuthorisation.swift",
            "Platforms/Pinduoduo/PinduoduoRequest.swift", "Platforms/Taobao/TaobaoAdapter.swift",
            "Platforms/Taobao/TaobaoAuthorisation.swift", "Observability/LogSink.swift",
            "Observability/Server/RequestGuard.swift", "StatusPage/StatusService.swift",
            "OrderSync/Commands/Auth/AuthImportCommand.swift",
            "OrderSync/Commands/Auth/LoginState.swift",
        ]
        let found = Repository.sources.filter { !$0.places("exposedText").isEmpty }.map(\.path)
        #expect(found.sorted() == places.map { "Sources/\($0)" }.sorted())
    }

    /// A test must not depend on how busy the machine is: only TestSupport waits, measures nothing,
    /// and blocks no thread of the pool.
    @Test func testsNeitherSleepNorBlock() {
        let pattern =
            #"(^|\W)Process\(\)|waitUntilExit|Task\.sleep|\bu?sleep\(|ContinuousClock"#
            + #"|SuspendingClock|DispatchSemaphore|timeLimit\(\.minutes\([1-9]\)"#
        let free = ["Tests/TestSupport/", "Tests/TidyTests/"]
        for file in Repository.tests where !free.contains(where: { file.path.hasPrefix($0) }) {
            #expect(file.places(pattern) == [])
        }
    }

    /// Where the compiler is made to look away, a comment says what protects the value.
    @Test func uncheckedPlacesAreExplained() throws {
        let pattern = try Regex(
            #"@unchecked Sendable|nonisolated\(unsafe\)|\bunowned (let|var)|unowned\("#)
        for file in Repository.sources {
            let places = file.code.filter { $0.line.contains(pattern) }
            for (number, _) in places {
                let nearby = file.lines[max(0, number - 6)..<number]
                #expect(nearby.contains { $0.contains("//") }, "\(file):\(number)")
            }
        }
    }

    /// When an answer was requested decides between versions, in one place for Swift and SQL.
    @Test func onlyRowVersionComparesRequests() throws {
        let request = #"[\w.]*\b(asked_ms|askedMilliseconds)\b"#
        let pattern = try Regex("\(request) ?([<>]=?|-) |([<>]=?|-) \(request)")
        // `MergeClocks` computes the time of a request from two clocks.
        let places = ["RowVersion.swift", "RowVersionSQL.swift", "MergeClocks.swift"]
        let folders = ["Sources/SyncCore/", "Sources/OrderStore/"]
        for file in Repository.sources where folders.contains(where: file.path.hasPrefix) {
            if places.contains(where: file.path.hasSuffix) { continue }
            for (index, line) in file.lines.enumerated() where line.contains(pattern) {
                #expect(line.contains("///"), "\(file):\(index + 1)")
            }
        }
        let rule = Repository.sources.first { $0.path.hasSuffix("/RowVersion.swift") }
        #expect(rule?.lines.contains { $0.contains(pattern) } == true)
    }

    /// An expectation prints the values that it compares: `&&` hides which side failed. Within a
    /// closure it is a predicate of one element.
    @Test func anExpectationComparesOneFact() {
        #expect(Self.joinedFacts([(1, "#expect(a == 1"), (2, "    && b.isEmpty)")]) == [2])
        #expect(Self.joinedFacts([(1, "#require((a && b) == c)")]) == [1])
        #expect(Self.joinedFacts([(1, "#expect(rows.contains { $0 && $1 })")]).isEmpty)
        #expect(Self.joinedFacts([(1, "#expect(a)"), (2, "let both = a && b")]).isEmpty)
        for file in Repository.tests {
            #expect(Self.joinedFacts(file.code) == [], "\(file)")
        }
    }

    /// The lines with `&&` in an argument of `#expect` or `#require`, outside of closures.
    private static func joinedFacts(_ code: [(number: Int, line: String)]) -> [Int] {
        var found: [Int] = []
        for (index, start) in code.enumerated() {
            guard let macro = start.line.firstMatch(of: /#(expect|require)\(/) else { continue }
            var parentheses = 1
            var braces = 0
            var previous: Character = " "
            arguments: for (number, line) in code[index...] {
                let isFirst = number == start.number
                for character in isFirst ? line[macro.range.upperBound...] : line[...] {
                    switch character {
                    case "(": parentheses += 1
                    case ")": parentheses -= 1
                    case "{": braces += 1
                    case "}": braces -= 1
                    case "&" where previous == "&" && braces == 0: found.append(number)
                    default: break
                    }
                    if parentheses == 0 { break arguments }
                    previous = character
                }
            }
        }
        return found
    }
}
