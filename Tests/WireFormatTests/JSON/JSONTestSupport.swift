import Foundation
import WireFormat

/// What the JSON tests share: the reader under test, Foundation as the oracle, and real answers.
enum JSONTestSupport {
    /// The error of reading one value and nothing else; nil if it is JSON.
    static func fault(_ text: [UInt8]) -> JSONError? {
        text.withUnsafeBytes { bytes in
            var reader = JSONReader(bytes)
            do throws(JSONError) {
                try reader.skipValue()
                try reader.expectEnd()
                return nil
            } catch {
                return error
            }
        }
    }

    static func accepts(_ text: [UInt8]) -> Bool {
        fault(text) == nil
    }

    static func foundationAccepts(_ text: [UInt8]) -> Bool {
        (try? foundation(text)) != nil
    }

    static func foundation(_ text: some Sequence<UInt8>) throws -> Any {
        try JSONSerialization.jsonObject(with: Data(text), options: .fragmentsAllowed)
    }

    /// The platform's answers that the adapter's tests use.
    static func answers() throws -> [(name: String, bytes: [UInt8])] {
        let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let folder = tests.appendingPathComponent("PlatformsTests/Fixtures")
        return try ["answers", "edge", "errors"].flatMap { part in
            let place = folder.appendingPathComponent(part)
            return try FileManager.default.contentsOfDirectory(atPath: place.path).sorted()
                .filter { $0.hasSuffix(".json") }
                .map { name in
                    (name, [UInt8](try Data(contentsOf: place.appendingPathComponent(name))))
                }
        }
    }
}
