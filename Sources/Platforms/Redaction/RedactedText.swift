/// Text from the network as it may be logged, stored and shown. An error text can carry a buyer's
/// name, address or telephone number, or an encoded secret, in any form. So the text is not
/// searched for what is dangerous: what is on the allow-list stays, and "…" replaces the rest.
///
/// The allow-list (`RedactedVocabulary`) holds the words and the Chinese phrases of the platforms'
/// error tables, names of parameters and methods, and numbers of at most six digits.
public enum RedactedText {
    /// Longest input that is examined, and longest output.
    private static let inputBytesMax = 2_048
    private static let messageMax = 200
    private static let codeMax = 80
    /// Digits of all numbers together: a telephone number has more.
    private static let digitsMax = 8
    /// Shortest phrase that stays beside Chinese text that is not on the list.
    private static let phraseMin = 4

    /// A message in plain words, such as `msg` and `sub_msg`.
    public static func message(_ text: String) -> String {
        var text = text
        let bytes = text.withUTF8 { Array($0.prefix(inputBytesMax + 1)) }
        let isCut = bytes.count > inputBytesMax
        var tokens = tokens(String(decoding: bytes.prefix(inputBytesMax), as: UTF8.self))
        if isCut {
            // The last token may be half a word.
            if !tokens.isEmpty { tokens.removeLast() }
            tokens.append(.redacted)
        }
        return joined(withoutPrivateNumbers(tokens))
    }

    /// A code, such as `sub_code`: digits, or words with `.`, `-`, `_` between them, and after a
    /// colon the name of a parameter.
    public static func code(_ text: String) -> String {
        guard !text.isEmpty else { return "" }
        guard text.utf8.count <= codeMax else { return "…" }
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let head = parts[0]
        if isNumber(head, digitsMax: 7) || RedactedVocabulary.containsWords(of: head) {
            guard parts.count == 2 else { return String(head) }
            let isKnown = RedactedVocabulary.containsWords(of: parts[1])
            return "\(head):\(isKnown ? parts[1] : "…")"
        }
        let family = ["isv.", "isp.", "accesscontrol."].first { head.hasPrefix($0) }
        return "\(family ?? "")…"
    }

    /// The code of an error: a number of the platform's tables has at most seven digits.
    static func code(_ number: Int) -> String {
        (-9_999_999...9_999_999).contains(number) ? "\(number)" : "…"
    }

    // MARK: Tokens

    private enum Token {
        case word(Substring)
        case number(Substring)
        case punctuation(Unicode.Scalar)
        case space
        case redacted
    }

    private static func tokens(_ text: String) -> [Token] {
        var tokens: [Token] = []
        var rest = text.unicodeScalars[...]
        while let first = rest.first {
            if isSpace(first) {
                rest = rest.drop(while: isSpace)
                tokens.append(.space)
            } else if first.isASCII {
                let chunk = rest.prefix { $0.isASCII && !isSpace($0) }
                rest = rest[chunk.endIndex...]
                append(chunk: Substring(chunk), to: &tokens)
            } else if RedactedVocabulary.chinesePunctuation.contains(first) {
                rest = rest.dropFirst()
                tokens.append(.punctuation(first))
            } else {
                let run = rest.prefix {
                    !$0.isASCII && !isSpace($0)
                        && !RedactedVocabulary.chinesePunctuation.contains($0)
                }
                rest = rest[run.endIndex...]
                append(chinese: Substring(run), to: &tokens)
            }
        }
        return tokens
    }

    private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isWhitespace
    }

    /// Reads ASCII text without spaces. Addresses, markup, percent-encoded, escaped and quoted-
    /// printable text is replaced as a whole.
    private static func append(chunk: Substring, to tokens: inout [Token]) {
        guard !chunk.contains("://"), chunk.utf8.allSatisfy({ isPlain($0) }) else {
            tokens.append(.redacted)
            return
        }
        var rest = chunk
        while let first = rest.first {
            if isWordCharacter(first) {
                let word = rest.prefix(while: isWordCharacter)
                rest = rest[word.endIndex...]
                append(word: word, to: &tokens)
            } else {
                for scalar in first.unicodeScalars { tokens.append(.punctuation(scalar)) }
                rest = rest.dropFirst()
            }
        }
    }

    private static func append(word: Substring, to tokens: inout [Token]) {
        // A full stop or a dash at the end belongs to the sentence.
        let core = word.prefix(
            upTo: word.lastIndex { !".-".contains($0) }.map(word.index(after:))
                ?? word.startIndex)
        if isNumber(core, digitsMax: 6) {
            tokens.append(.number(core))
        } else if !core.isEmpty {
            tokens.append(
                RedactedVocabulary.containsWords(of: core) ? .word(core) : .redacted)
        }
        for scalar in word[core.endIndex...].unicodeScalars { tokens.append(.punctuation(scalar)) }
    }

    /// Reads text without ASCII. All of it is on the list, or long phrases of it stay.
    private static func append(chinese run: Substring, to tokens: inout [Token]) {
        var found: [(phrase: Substring, isKnown: Bool)] = []
        var rest = run
        while !rest.isEmpty {
            if let phrase = RedactedVocabulary.phrases(startingWith: rest.prefix(1)).first(
                where: { rest.hasPrefix($0) })
            {
                found.append((rest.prefix(phrase.count), true))
                rest = rest.dropFirst(phrase.count)
            } else {
                found.append((rest.prefix(1), false))
                rest = rest.dropFirst()
            }
        }
        let isKnown = found.allSatisfy(\.isKnown)
        for (phrase, isPhrase) in found {
            let stays = isPhrase && (isKnown || phrase.count >= phraseMin)
            tokens.append(stays ? .word(phrase) : .redacted)
        }
    }

    private static func isNumber(_ text: Substring, digitsMax: Int) -> Bool {
        (1...digitsMax).contains(text.utf8.count)
            && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }

    private static func isWordCharacter(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber || "._-".contains(character))
    }

    /// Letters, digits, and what stands between the words of a sentence.
    private static func isPlain(_ byte: UInt8) -> Bool {
        (0x20..<0x7F).contains(byte) && !"%\\@&#<>{}$^|~*+`;".utf8.contains(byte)
    }

    // MARK: Numbers

    /// Parts of a telephone number, of an address or of an encoded text are numbers beside other
    /// numbers, or beside what was replaced.
    private static func withoutPrivateNumbers(_ tokens: [Token]) -> [Token] {
        var result = tokens
        var digits = 0
        // Of the tokens that are neither spaces nor punctuation.
        let places = tokens.indices.filter { index in
            switch tokens[index] {
            case .word, .number, .redacted: true
            case .punctuation, .space: false
            }
        }
        for (position, index) in places.enumerated() {
            guard case .number(let text) = tokens[index] else { continue }
            let neighbours = [position - 1, position + 1].filter(places.indices.contains)
            let isAmongWords = neighbours.allSatisfy { neighbour in
                if case .word = tokens[places[neighbour]] { true } else { false }
            }
            digits += text.utf8.count
            if !isAmongWords || digits > digitsMax { result[index] = .redacted }
        }
        return result
    }

    // MARK: Output

    private static func joined(_ tokens: [Token]) -> String {
        var text = ""
        /// Spaces and punctuation since the last word: between two "…" they go.
        var between = ""
        var endsRedacted = false
        for token in tokens {
            switch token {
            case .space:
                if between.last != " ", !text.isEmpty || !between.isEmpty { between += " " }
            case .punctuation(let scalar):
                between.unicodeScalars.append(scalar)
            case .redacted:
                if !endsRedacted { text += between + "…" }
                between = ""
                endsRedacted = true
            case .word(let word), .number(let word):
                text += between + word
                between = ""
                endsRedacted = false
            }
            if text.count > messageMax { return "\(text.prefix(messageMax))…" }
        }
        text += between.prefix { $0 != " " }
        return text
    }
}
