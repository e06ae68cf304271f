import Crypto
import Foundation
import Platforms
import Testing

/// Vectors computed with the official Java client; see `Fixtures/signatures.json`.
@Suite struct TOPSignatureTests {
    private struct Document: Decodable {
        struct Vector: Decodable {
            let name: String
            let appSecret: String
            let params: [String: String]
            let signMethodIsAddedToParams: Bool
            let expected: [String: String]
            let signedStringWithoutSecret: String
            let signedStringWithoutSecretIsFor: String?
        }

        struct WrongRecipes: Decodable {
            let forVector: String
            let values: [String: String]
        }

        let vectors: [Vector]
        let mustNotEqual: WrongRecipes
    }

    @Test func everyVectorIsSigned() throws {
        let document: Document = try Fixture.decoded("signatures.json")
        #expect(document.vectors.count == 18)
        var signed: Set<TOPSignature.Method> = []
        for vector in document.vectors {
            for (name, expected) in vector.expected {
                let method = try #require(TOPSignature.Method(rawValue: name))
                signed.insert(method)
                var parameters = vector.params
                if vector.signMethodIsAddedToParams { parameters["sign_method"] = name }
                let sign = TOPSignature.sign(
                    parameters, secret: vector.appSecret, method: method)
                #expect(sign == expected, "\(vector.name), \(name)")
                if vector.signedStringWithoutSecretIsFor ?? name == name {
                    #expect(
                        TOPSignature.message(parameters) == vector.signedStringWithoutSecret,
                        "\(vector.name), \(name)")
                }
                // A signature that is there already takes no part.
                parameters["sign"] = "0123"
                #expect(
                    TOPSignature.sign(parameters, secret: vector.appSecret, method: method)
                        == expected, "\(vector.name), \(name)")
            }
        }
        #expect(signed == Set(TOPSignature.Method.allCases))
    }

    /// Three recipes that blogs describe: the test makes them itself, so that only they differ.
    @Test func theSignatureDiffersFromTheWrongRecipes() throws {
        let document: Document = try Fixture.decoded("signatures.json")
        let wrong = document.mustNotEqual
        let vector = try #require(document.vectors.first { $0.name == wrong.forVector })
        var parameters = vector.params
        parameters["sign_method"] = "md5"
        let pairs = parameters.sorted { $0.key < $1.key }
        let unreserved = CharacterSet(
            charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
        let encoded = pairs.map {
            $0.key + ($0.value.addingPercentEncoding(withAllowedCharacters: unreserved) ?? "")
        }
        let recipes = [
            pairs.map { "\($0.key)=\($0.value)" }.joined(separator: "&"),
            encoded.joined(),
            encoded.joined().replacingOccurrences(of: "%20", with: "+"),
            pairs.filter { $0.key != "sign_method" }.map { $0.key + $0.value }.joined(),
        ].map { md5(vector.appSecret + $0 + vector.appSecret) }
        for (name, value) in wrong.values {
            #expect(recipes.contains(value), "\(name) is none of the recipes made here")
        }
        let right = TOPSignature.sign(parameters, secret: vector.appSecret, method: .md5)
        #expect(!recipes.contains(right))
        #expect(!wrong.values.values.contains(right))
    }

    @Test(arguments: [
        ("", true), (" ", true), ("\t\r\n", true), ("\u{3000}", true), ("0", false), (" a ", false),
    ])
    func theSignatureKnowsBlankValues(value: String, isBlank: Bool) {
        #expect(TOPSignature.isBlank(value) == isBlank)
        let message = TOPSignature.message(["a": "1", "b": value])
        #expect(message == (isBlank ? "a1" : "a1b\(value)"))
    }

    private func md5(_ text: String) -> String {
        Insecure.MD5.hash(data: Data(text.utf8)).map { String(format: "%02X", $0) }.joined()
    }
}
