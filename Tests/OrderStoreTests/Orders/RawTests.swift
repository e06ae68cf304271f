import SyncCore
import Testing

@testable import OrderStore

@Suite struct RawTests {
    /// The JSON is stored as received, byte for byte, whatever the bytes are.
    @Test(
        arguments: [
            ("plain", Array(#"{"tid":1}"#.utf8)),
            ("Chinese and emoji", Array(#"{"title":"双十一 🎁"}"#.utf8)),
            ("escapes", Array(#"{"a":"\u0000\n\"\\\ud83d\ude00"}"#.utf8)),
            ("control characters", Array(#"{"a":""#.utf8) + Array(1...31) + Array(#""}"#.utf8)),
            ("a zero byte", [0x7B, 0x00, 0x7D]),
            ("invalid UTF-8", [0x7B, 0xC3, 0x28, 0xFF, 0xFE, 0xED, 0xA0, 0x80, 0x7D]),
            ("long", Array(repeating: UInt8(ascii: "x"), count: 300_000)),
        ] as [(String, [UInt8])])
    func theJSONIsStoredByteForByte(why: String, raw: [UInt8]) async throws {
        let database = try TestDatabase()
        let store = try database.open()
        let shop = try await store.registerShop()
        try await store.store([TestOrder("1", at: 9)], shop: shop)
        try await store.store(
            [TestOrder("1", at: 10).with { $0.raw = raw }, TestOrder("2", at: 10)], shop: shop)
        let hex = raw.map { hexByte($0) }.joined()
        let stored = try database.value(
            "SELECT hex(CAST(raw AS BLOB)), typeof(raw) FROM orders_with_raw WHERE order_id = '1'")
        #expect(stored == "\(hex)|text", "\(why)")
    }

    private func hexByte(_ byte: UInt8) -> String {
        let text = String(byte, radix: 16, uppercase: true)
        return byte < 16 ? "0" + text : text
    }
}
