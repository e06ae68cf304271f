import Foundation
import SyncCore
import Testing

@testable import OrderStore

/// The write-ahead log stays within its bound, and where a reader keeps it from that, it is said.
@Suite struct WALSizeLimiterTests {
    @Test func truncationIsTriedNowAndThen() {
        var bound = WALSizeLimiter(bytesMax: 100)
        var due: [Bool] = []
        func look(_ bytes: Int64, _ now: Int64) { due.append(bound.isDue(bytes: bytes, now: now)) }
        look(100, 0)
        look(101, 1)
        #expect(due == [false, true])
        bound.tried(isEmptied: false, bytes: 101)
        #expect(bound.stuckBytes == 101)
        due = []
        for second in 2...11 { look(200, Int64(second)) }
        #expect(due == Array(repeating: false, count: 9) + [true])
        bound.tried(isEmptied: false, bytes: 200)
        due = []
        // A clock that was set back.
        look(300, -5_000)
        #expect(due == [true])
        #expect(bound.stuckBytes == 200)
        bound.tried(isEmptied: true, bytes: 0)
        #expect(bound.stuckBytes == nil)
        due = []
        look(0, -4_999)
        look(101, -4_998)
        #expect(due == [false, true])
    }

    private static let bytesMax: Int64 = 400_000

    private func fill(_ store: OrderStore, _ shop: ShopID, _ range: Range<Int>, now: Int64)
        async throws -> Int64?
    {
        let orders = range.map { TestOrder("\($0)", at: 10 + Int64($0)) }
        let commit = PageCommit(
            content: .orders(page(orders, .list)),
            change: LedgerChange(stream: StreamID(shop: shop, kind: .orders)))
        return try await store.apply([.page(commit)], now: UTCInstant(seconds: now))
            .stuckLogBytes
    }

    @Test func aReaderThatContinuesIsReported() async throws {
        let database = try TestDatabase()
        let store = try OrderStore(path: database.path, logBytesMax: Self.bytesMax)
        let shop = try await store.registerShop()
        let reader = try Connection(database.path, isReadOnly: true)
        try reader.execute("BEGIN; SELECT count(*) FROM orders")
        var reported: [Int64] = []
        for step in 0..<30 {
            // Each step is a while after the one before.
            let stuck = try await fill(
                store, shop, step * 100..<(step + 1) * 100, now: 1_000 + Int64(step) * 20)
            if let stuck { reported.append(stuck) }
        }
        let grown = try database.bytes("-wal").count
        #expect(grown > Self.bytesMax)
        #expect(Int64(grown) == reported.last)
        #expect(reported.count > 2, "it grows while the reader reads")
        #expect(reported == reported.sorted(), "it grows while the reader reads")
        // The reader still sees its snapshot; every other connection sees all rows.
        #expect(try reader.rows("SELECT count(*) FROM orders") == ["0"])
        #expect(try database.value("SELECT count(*) FROM orders") == "3000")
        try reader.execute("COMMIT")
        #expect(try await fill(store, shop, 3_000..<3_001, now: 9_000) == nil)
        #expect(try database.bytes("-wal").count < Self.bytesMax)
        #expect(try database.value("SELECT count(*) FROM orders") == "3001")
    }

    /// Short readers, as programs are, do not keep the log from being emptied.
    @Test func shortReadersLetItBeEmptied() async throws {
        let database = try TestDatabase()
        let store = try OrderStore(path: database.path, logBytesMax: Self.bytesMax)
        let shop = try await store.registerShop()
        for step in 0..<30 {
            let stuck = try await fill(
                store, shop, step * 100..<(step + 1) * 100, now: 1_000 + Int64(step) * 20)
            #expect(stuck == nil)
            #expect(try database.bytes("-wal").count < 3 * Int(Self.bytesMax))
            #expect(try database.value("SELECT count(*) FROM orders") == "\(100 * (step + 1))")
        }
    }
}
