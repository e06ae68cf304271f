import SyncCore
import Testing

@testable import Configuration

@Suite struct PrivacyConfigurationTests {
    @Test(
        arguments: [
            ("", .store, .store), ("[privacy]", .store, .store),
            ("[privacy]\nreceiver = \"store\"\nraw = \"store\"", .store, .store),
            ("[privacy]\nraw = \"mask\"", .store, .mask),
            ("[privacy]\nraw = \"drop\"", .store, .drop),
            // The JSON would still show what the columns hide.
            ("[privacy]\nreceiver = \"mask\"", .mask, .mask),
            ("[privacy]\nreceiver = \"drop\"", .drop, .mask),
            ("[privacy]\nreceiver = \"drop\"\nraw = \"drop\"", .drop, .drop),
        ] as [(String, PrivacyPolicy.Keeping, PrivacyPolicy.Keeping)])
    func thePolicyIsRead(
        text: String, receiver: PrivacyPolicy.Keeping, raw: PrivacyPolicy.Keeping
    ) throws {
        let configuration = try ConfigurationReader.parse(
            ConfigurationTests.file(top: text), file: "test.toml")
        #expect(configuration.privacy == PrivacyPolicy(receiver: receiver, raw: raw))
    }
}
