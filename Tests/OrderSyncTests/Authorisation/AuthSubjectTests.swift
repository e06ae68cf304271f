import Foundation
import OrderStore
import SyncCore
import Testing
import WireFormat

@testable import Configuration
@testable import OrderSync
@testable import ProgramSupport

/// A login or an import does not put another seller's session in place of a shop's.
@Suite final class AuthSubjectTests {
    private let folder = NSTemporaryDirectory() + "ordersync-subject-" + UUID().uuidString
    private let ann = SellerIdentity(id: "1001", nick: "ann")
    private let bob = SellerIdentity(id: "1002", nick: "bob")

    init() throws {
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: folder)
    }

    private func configuration(_ shops: [String]) throws -> Configuration {
        var text = """
            [store]
            path = "\(folder)/orders.db"
            [[app]]
            name = "main"
            key = "12345678"
            secret_env = "A"

            """
        for shop in shops { text += "[[shop]]\nname = \"\(shop)\"\napp = \"main\"\n" }
        return try ConfigurationReader.parse(text, file: "test.toml")
    }

    /// What storing this seller's session for `shop1` says; nil if it is stored.
    private func refusal(_ seller: SellerIdentity, _ shops: [String] = ["shop1"]) throws -> String?
    {
        let subject = try AuthSubject(try configuration(shops), shop: "shop1")
        var session = StoredSession(
            shop: "shop1", appKey: "12345678", accessToken: Secret("token-\(seller.id)"),
            source: .login,
            issuedAt: UTCInstant(seconds: 1_762_862_400))
        (session.userID, session.nick) = (seller.id, seller.nick)
        let before = try subject.file.read()
        do {
            try subject.store(session)
            #expect(try subject.file.session(of: "shop1")?.accessToken == session.accessToken)
            return nil
        } catch let failure as CommandFailure {
            #expect(try subject.file.read().keys == before.keys)
            return failure.line
        }
    }

    private func learn(_ seller: SellerIdentity, _ name: String, hasRows: Bool = true) async throws
    {
        let store = try OrderStore(path: "\(folder)/orders.db")
        let id = try await store.registerShop(name: name, platform: "taobao", app: "main")
        guard try await store.recogniseSeller(seller, of: id) == .accepted, hasRows else { return }
        let page = RefundPage(
            refunds: [RefundRow(id: "1", modifiedAt: UTCInstant(seconds: 5))], source: .list)
        let change = LedgerChange(stream: StreamID(shop: id, kind: .refunds))
        _ = try await store.apply(
            [.page(PageCommit(content: .refunds(page), change: change))],
            now: UTCInstant(seconds: 10))
    }

    @Test func withoutADatabaseNothingIsCompared() throws {
        #expect(try refusal(ann) == nil)
    }

    /// The session file is new (another machine, a restored disk): the database knows the seller.
    @Test func anotherSellerThanTheDatabasesIsRefused() async throws {
        try await learn(ann, "shop1")
        let line = try refusal(bob)
        #expect(
            line?.hasPrefix(#"shop shop1 is the seller "ann" (1001)'s, but "bob" (1002)"#) == true)
        #expect(line?.contains("nothing is changed") == true)
        #expect(try refusal(ann) == nil)
        // A pasted session does not say whose it is.
        #expect(try refusal(SellerIdentity()) == nil)
    }

    @Test func theSellerOfTheStoredSessionCounts() throws {
        #expect(try refusal(ann) == nil)
        #expect(try refusal(bob)?.contains("nothing is changed") == true)
    }

    @Test func aSellerThatAnotherShopHasIsRefused() async throws {
        try await learn(ann, "shop2", hasRows: false)
        let line = try refusal(ann, ["shop1", "shop2"])
        #expect(line?.contains("is synced as shop shop2 already") == true)
        #expect(try refusal(bob, ["shop1", "shop2"]) == nil)
    }

    @Test func aRenamedShopIsNamed() async throws {
        try await learn(ann, "old")
        #expect(try refusal(ann)?.contains("ordersync db rename-shop old shop1") == true)
    }
}
