import Foundation
import OrderStore
import Platforms
import SyncCore
import Testing
import WireFormat

@testable import OrderSync

/// From an answer to the file: what the policy hides never reaches the disk.
@Suite struct PrivacyStoreTests {
    /// What nothing but this buyer's data holds.
    private static let needles = ["NEEDLEnick", "NEEDLEname", "13812349999", "NEEDLEstreet"]

    private static let body =
        #"{"trades":{"trade":[{"tid":1,"modified":"2025-11-11 00:00:07","payment":"1.00","#
        + #""status":"TRADE_FINISHED","buyer_nick":"xNEEDLEnick","receiver_name":"xNEEDLEname","#
        + #""receiver_mobile":"13812349999","receiver_address":"xNEEDLEstreet","#
        + #""orders":{"order":[{"oid":2,"title":"goods"}]}}]}}"#

    private func page(_ policy: PrivacyPolicy, _ source: RecordSource) throws -> OrderPage {
        let response = PlatformResponse(status: 200, body: Array(Self.body.utf8))
        let now = UTCInstant(seconds: 1_762_790_401)
        let request = PageRequest(from: now, through: now, pageSize: 100)
        let call = Call(
            id: CallID(1), app: AppID(0), stream: nil, method: .ordersChanged,
            kind: .list(request), platformTime: now)
        guard case .orders(var page, _) = try TaobaoAdapter().decode(response, to: call) else {
            throw CocoaError(.fileReadUnknown)
        }
        page.source = source
        PersonalFilter(policy: policy, members: Platform.taobao.personalMembers).apply(to: &page)
        return page
    }

    @Test(arguments: [
        (PrivacyPolicy(), RecordSource.list, 4), (PrivacyPolicy(), .detail, 4),
        (PrivacyPolicy(receiver: .mask, raw: .mask), .list, 0),
        (PrivacyPolicy(receiver: .mask, raw: .mask), .detail, 0),
        (PrivacyPolicy(receiver: .drop, raw: .mask), .list, 0),
        (PrivacyPolicy(receiver: .drop, raw: .drop), .detail, 0),
        // The columns are asked for, the JSON is not.
        (PrivacyPolicy(receiver: .store, raw: .drop), .list, 4),
    ])
    func theFileHoldsWhatThePolicyAllows(
        policy: PrivacyPolicy, source: RecordSource, found: Int
    ) async throws {
        let folder = NSTemporaryDirectory() + "ordersync-privacy-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let store = try OrderStore(path: folder + "/orders.db")
        let shop = try await store.registerShop(name: "one", platform: "taobao", app: "main")
        let change = LedgerChange(stream: StreamID(shop: shop, kind: .orders))
        let operation = StoreOperation.page(
            PageCommit(content: .orders(try page(policy, source)), change: change))
        let first = try await store.apply([operation], now: UTCInstant(seconds: 10))
        #expect(first.counts.created == 1)
        let again = try await store.apply([operation], now: UTCInstant(seconds: 20))
        #expect(again.counts.unchanged == 1, "an identical answer is recognised")
        var bytes = Data()
        for suffix in ["", "-wal", "-shm"] {
            bytes += FileManager.default.contents(atPath: folder + "/orders.db" + suffix) ?? Data()
        }
        let seen = Self.needles.filter { bytes.range(of: Data($0.utf8)) != nil }
        #expect(seen.count == found, "\(seen)")
        #expect(bytes.range(of: Data("goods".utf8)) != nil)
    }
}
