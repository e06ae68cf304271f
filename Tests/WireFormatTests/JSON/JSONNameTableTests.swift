import SyncCore
import Testing
import WireFormat

@Suite struct JSONNameTableTests {
    /// Short names, names of one length with equal ends, and one that contains another.
    private enum Field: String, CaseIterable {
        case a, b, ab, ba, abc, tid, oid, num, type, time, trade, trades
        case receiverCity = "receiver_city"
        case receiverName = "receiver_name"
        case receiverZip = "receiver_zip"
        case receiverPhone = "receiver_phone"
        case receiverState = "receiver_state"
        case same1 = "recXXXXXXXXname"
        case same2 = "recYXXXXXXXname"
        case chinese = "状态"
    }

    private let table = NameTable(Field.allCases.map(\.rawValue))

    private func field(_ name: String) -> Field? {
        Array(name.utf8).withUnsafeBytes { table.index(of: $0) }.map { Field.allCases[$0] }
    }

    @Test func theTableFindsAllItsNames() {
        for expected in Field.allCases {
            #expect(field(expected.rawValue) == expected)
        }
    }

    @Test func theTableFindsNothingElse() {
        let names = Set(Field.allCases.map(\.rawValue))
        var tried = 0
        for name in names {
            var others = [name + "x", "x" + name, name + name, name.uppercased(), " " + name]
            others.append(String(name.dropFirst()))
            others.append(String(name.dropLast()))
            others.append(String(name.reversed()))
            for place in name.indices {
                for letter in "abxyz_" {
                    var other = name
                    other.replaceSubrange(place...place, with: String(letter))
                    others.append(other)
                }
            }
            for other in others where !names.contains(other) {
                tried += 1
                #expect(field(other) == nil, "\(other)")
            }
        }
        #expect(tried > 500)
        #expect(field("") == nil)
    }

    @Test func theTableEndsOnRandomNames() {
        var random = SplitMix64(seed: 7)
        for _ in 0..<20_000 {
            let count = random.next() % 12
            let name = String(
                (0..<count).map { _ in Character(Unicode.Scalar(UInt8(97 + random.next() % 26))) })
            #expect(field(name) == Field(rawValue: name))
        }
    }
}
