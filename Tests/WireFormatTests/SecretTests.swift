import Testing
import WireFormat

/// Whatever prints a value, the secret's text is not in it.
@Suite struct SecretTests {
    private struct Holder {
        var name = "app"
        var secret = Secret("helloworld")
        var session: Secret? = Secret("helloworld")
    }

    private static func dumped(_ value: Any) -> String {
        var text = ""
        dump(value, to: &text)
        return text
    }

    @Test func aSecretIsNotPrinted() {
        let secret = Secret("helloworld")
        #expect("\(secret)" == "redacted")
        let texts = [
            String(describing: secret), String(reflecting: secret), Self.dumped(secret),
            "\([secret])", "\(["key": secret])", "\(Optional(secret) as Any)",
        ]
        for text in texts {
            #expect(text.contains("redacted"), "\(text)")
            #expect(!text.contains("helloworld"))
        }
    }

    @Test func aSecretInsideAValueIsNotPrinted() {
        let holder = Holder()
        for text in ["\(holder)", String(reflecting: holder), Self.dumped(holder)] {
            #expect(text.contains("app"), "\(text)")
            #expect(text.contains("redacted"), "\(text)")
            #expect(!text.contains("helloworld"))
        }
    }

    @Test func aMirrorShowsNothing() {
        #expect(Mirror(reflecting: Secret("helloworld")).children.isEmpty)
    }

    @Test func aSecretIsNotEncoded() {
        #expect((Secret("helloworld") as Any) as? any Encodable == nil)
    }

    @Test func theTextIsThereForTheSigner() {
        #expect(Secret("helloworld").exposedText == "helloworld")
        #expect(Secret("a") == Secret("a"))
        #expect(Secret("a") != Secret("b"))
        #expect(Secret("").isEmpty)
    }
}
