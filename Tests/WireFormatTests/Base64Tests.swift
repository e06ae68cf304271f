import Foundation
import Testing

@testable import WireFormat

@Suite struct Base64Tests {
    @Test func theDecoderAgreesWithFoundation() {
        for length in 0...64 {
            let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 73 &+ length) }
            let text = Base64.encode(bytes)
            #expect(text == Data(bytes).base64EncodedString())
            #expect(Base64.decode(text) == bytes)
        }
    }

    @Test(arguments: [
        "A", "AA", "AAA", "A===", "====", "AA=A", "AB==", "A-==", "AAAA\n", "AAA=AAAA",
    ])
    func theDecoderRefusesUnusualForms(text: String) {
        #expect(Base64.decode(text) == nil)
    }
}
