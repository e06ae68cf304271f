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
        let phone = CallFailure(.badRequest, code: "1", line: "13812345678 and 123456")
            .withoutSecrets([])
        #expect(phone.line == "… and 123456")
        // The code is what `explain` is asked about.
        let business = CallFailure(.badRequest, code: "50001 1000000", line: "1000000")
            .withoutSecrets([])
        #expect(business.code == "50001 1000000" && business.line == "…")
        let number = CallFailure(.badRequest, code: "50001 13812345678", line: "")
        #expect(number.withoutSecrets([]).code == "50001 …")
    }
}
