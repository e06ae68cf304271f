import SyncCore
import Testing

@testable import OrderSync

@Suite struct RedactionTests {
    @Test func strikesOutWhatAGatewayEchoes() {
        let session = "6102b398150e31fc06815b256edfcdff"
        let failure = CallFailure(
            .badRequest, code: "15 isv.\(session)",
            line: "\(String(repeating: "x", count: 290)) \(session), 13812345678, order 42")
        let clean = failure.withoutSecrets([session, "short"])
        #expect(clean.code == "15 isv.…")
        #expect(clean.line.count <= 300)
        #expect(!clean.line.contains(session.prefix(9)))
        let phone = CallFailure(
            .badRequest, code: "1", line: "13812345678, 138****5678 and 123456"
        ).withoutSecrets([])
        #expect(phone.line == "…, … and 123456")
        // The code is what `explain` is asked about.
        let business = CallFailure(.badRequest, code: "50001 1000000", line: "1000000")
            .withoutSecrets([])
        #expect(business.code == "50001 1000000" && business.line == "…")
        let number = CallFailure(.badRequest, code: "50001 13812345678", line: "")
        #expect(number.withoutSecrets([]).code == "50001 …")
    }

    /// A signature proves nothing to others, but belongs to a request that only the shop may make.
    @Test(
        arguments: [
            ("sign 0A1B2C3D4E5F60718293A4B5C6D7E8F9 is wrong", "sign … is wrong"),
            ("sign=abcdefabcdefabcdefabcdefabcdefab", "sign=…"),
            ("isv.abcdefabcdefabcdefabcdefabcdefa", "isv.abcdefabcdefabcdefabcdefabcdefa"),
            ("", ""),
        ])
    func strikesOutSignatures(said: String, kept: String) {
        let clean = CallFailure(.badRequest, code: said, line: said).withoutSecrets([])
        #expect(clean.code == kept && clean.line == kept)
    }
}
