internal import SyncCore
internal import WireFormat

/// Who bought an order, as far as a seller may see it: masked, and the same at every reading.
struct BuyerFacts {
    let salt: UInt64

    var nick: String { pick(Catalogue.blurredNicks, 3) }
    var name: String { "\(pick(Catalogue.surnames, 5))**" }
    var street: String { pick(Catalogue.streets, 7) }
    var place: Catalogue.Place { pick(Catalogue.places, 11) }

    var phoneEnd: String { String(String(10_000 + salt >> 13 % 10_000).suffix(4)) }

    var openID: String { "AAG\(token(1, length: 8))AAeG3\(token(2, length: 10))" }

    var oaid: String { "1\(token(3, length: 20))X\(token(4, length: 10))" }

    /// What the buyer wrote; most write nothing.
    var message: String? {
        salt >> 17 % 6 == 0 ? pick(Catalogue.buyerMessages, 19) : nil
    }

    private func pick<Element>(_ elements: [Element], _ shift: UInt64) -> Element {
        elements[Int((salt >> shift) % UInt64(elements.count))]
    }

    private func token(_ part: UInt64, length: Int) -> String {
        var rest = SplitMix64.mixed(salt &+ part)
        let letters = BuyerFacts.letters
        return String(
            decoding: (0..<length).map { _ in
                defer { rest = rest / 61 ^ rest << 7 }
                return letters[Int(rest % UInt64(letters.count))]
            }, as: UTF8.self)
    }

    private static let letters = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8)
}
