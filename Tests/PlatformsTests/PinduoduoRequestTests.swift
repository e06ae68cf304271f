import Crypto
import Foundation
import SyncCore
import Testing
import WireFormat

@testable import Platforms

/// Vectors computed with the official Java client; see `Fixtures/pinduoduo/signatures.json`.
@Suite struct PinduoduoRequestTests {
    private struct Vector {
        let name: String
        let clientSecret: String
        let params: [String: String]
        let stringToSign: String
        let sign: String
        let wrongSignSeedRecipe: String
    }

    private static func vectors() throws -> [Vector] {
        let bytes = try Fixture.bytes("pinduoduo/signatures.json")
        // Read without a key strategy: parameters keep their names.
        let root = try #require(
            try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
        return try #require(root["vectors"] as? [[String: Any]]).map { vector in
            Vector(
                name: try #require(vector["name"] as? String),
                clientSecret: try #require(vector["client_secret"] as? String),
                params: try #require(vector["params"] as? [String: String]),
                stringToSign: try #require(vector["string_to_sign"] as? String),
                sign: try #require(vector["sign"] as? String),
                wrongSignSeedRecipe: try #require(vector["wrong_sign_seed_recipe"] as? String))
        }
    }

    @Test func everyVectorIsSigned() throws {
        let vectors = try Self.vectors()
        #expect(vectors.count == 18)
        for vector in vectors {
            let secret = vector.clientSecret
            let message = PinduoduoSignature.message(vector.params)
            #expect(secret + message + secret == vector.stringToSign, "\(vector.name)")
            #expect(
                PinduoduoSignature.sign(vector.params, secret: secret) == vector.sign,
                "\(vector.name)")
            // A signature that is there already takes no part.
            var signed = vector.params
            signed["sign"] = "0123"
            #expect(
                PinduoduoSignature.sign(signed, secret: secret) == vector.sign, "\(vector.name)")
        }
    }

    /// The recipe that blogs describe, made here, is the one that the vectors call wrong.
    @Test func theSignatureDiffersFromTheWrongRecipe() throws {
        for vector in try Self.vectors() {
            let pairs = vector.params.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            let text = pairs.map { "\($0.key)=\($0.value)" }.joined(separator: "&")
            let wrong = Insecure.MD5.hash(data: Data((text + vector.clientSecret).utf8))
                .map { String(format: "%02X", $0) }.joined()
            #expect(wrong == vector.wrongSignSeedRecipe, "\(vector.name)")
            #expect(
                PinduoduoSignature.sign(vector.params, secret: vector.clientSecret) != wrong,
                "\(vector.name)")
        }
    }

    /// What is built of a vector's parameters is the vector: signed as the official client does.
    @Test func theRequestBuildsWhatTheVectorsSay() throws {
        var built = 0
        for vector in try Self.vectors() {
            guard vector.params["version"] == "V1", let type = vector.params["type"] else {
                continue
            }
            let common: Set = [
                "type", "client_id", "timestamp", "data_type", "version", "access_token",
            ]
            let request = PinduoduoRequest.build(
                type: type, parameters: vector.params.filter { !common.contains($0.key) },
                credentials: Credentials(
                    appKey: try #require(vector.params["client_id"]),
                    appSecret: Secret(vector.clientSecret),
                    session: vector.params["access_token"].map { Secret($0) }),
                platformTime: UTCInstant(
                    seconds: try #require(vector.params["timestamp"].flatMap { Int64($0) })))
            let sent = try Self.parameters(request)
            var expected = vector.params
            expected["sign"] = vector.sign
            #expect(sent == expected, "\(vector.name)")
            #expect(request.contentType == "application/json")
            built += 1
        }
        #expect(built == 14)
    }

    @Test func theRequestSendsNoEmptyParameterAndNoTokenThatIsNotThere() throws {
        for session in [nil, ""] as [Secret?] {
            let request = PinduoduoRequest.build(
                type: "pdd.time.get", parameters: ["keyword": "", "page": "1"],
                credentials: Credentials(appKey: "k", appSecret: "s", session: session),
                platformTime: UTCInstant(seconds: 1))
            let sent = try Self.parameters(request)
            #expect(
                Set(sent.keys) == [
                    "client_id", "data_type", "page", "sign", "timestamp", "type", "version",
                ])
        }
    }

    /// The parameters of a body: every value has to be a text.
    static func parameters(_ request: PlatformRequest) throws -> [String: String] {
        try #require(
            try JSONSerialization.jsonObject(with: Data(request.body)) as? [String: String])
    }
}
