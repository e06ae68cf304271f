import Platforms
import SyncCore
import Testing
import WireFormat

@testable import OrderSync

/// What an adapter passes of an error has only known words; a secret can consist of them.
@Suite struct RedactionTests {
    @Test func theRedactionRemovesSecretsThatConsistOfKnownWords() {
        let failure = CallFailure(
            .badRequest, code: "15 isv.invalid-session",
            line: "wrong (invalid session invalid-session)")
        let clean = failure.withoutSecrets(["invalid-session", "", "15"])
        #expect(clean.code == "15 isv.…")
        #expect(clean.line == "wrong (invalid session …)")
    }

    @Test func theRedactionKeepsTheAdviceAsItIs() {
        let line = "an app in test state has 5000000 calls; run `ordersync auth login SHOP`"
        let failure = CallFailure(.unauthorised, code: "50001 1000000", line: line)
        #expect(failure.withoutSecrets(["6102b398"]) == failure)
    }
}
