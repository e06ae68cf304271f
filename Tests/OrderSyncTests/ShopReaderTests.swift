import SyncCore
import Testing

@testable import Configuration
@testable import OrderSync

/// How a shop's keys hang together.
@Suite struct ShopReaderTests {
    private func shop(_ lines: String) throws -> Configuration.Shop {
        try ConfigurationReader.parse(
            ConfigurationTests.file(shop: lines), file: "test.toml"
        ).shops[0]
    }

    /// A bound that no one set never lies below what it bounds.
    @Test(
        arguments: [
            ("", 2, 10, 60, 900), ("settle = \"30s\"", 30, 30, 60, 900),
            ("overlap = \"30m\"", 2, 10, 1_800, 1_800), ("settle = \"0s\"", 0, 10, 60, 900),
            ("settle_max = \"2s\"\noverlap_max = \"60s\"", 2, 2, 60, 60),
            ("settle = \"1500ms\"", 2, 10, 60, 900),
        ] as [(String, Int64, Int64, Int64, Int64)])
    func noBoundLiesBelowWhatItBounds(
        lines: String, settle: Int64, settleMax: Int64, overlap: Int64, overlapMax: Int64
    ) throws {
        let shop = try shop(lines)
        #expect(shop.settleSeconds == settle)
        #expect(shop.settleMaxSeconds == settleMax)
        #expect(shop.overlapSeconds == overlap)
        #expect(shop.overlapMaxSeconds == overlapMax)
    }

    @Test(
        arguments: [
            // `ahead` begins only where a clock was wrong.
            ("", StreamKind.allCases.filter { ![.affiliate, .prices, .ahead].contains($0) }),
            (
                "streams = [\"orders\"]",
                [
                    .orders, .backfill, .requested, .sweep, .sweepSecond, .sweepThird, .details,
                    .audit, .verify,
                ]
            ),
            (
                "streams = [\"orders\", \"refunds\"]\nsweep = []\naudit = false",
                [
                    .orders, .backfill, .requested, .details, .refunds, .refundHistory, .verify,
                ]
            ),
            (
                "streams = [\"shipments\", \"orders\"]\nsweep = []\naudit = false\n"
                    + "details = \"never\"",
                [.orders, .backfill, .requested, .details, .shipments, .verify]
            ),
        ] as [(String, [StreamKind])])
    func theStreamsAreThoseConfigured(lines: String, kinds: [StreamKind]) throws {
        #expect(try shop(lines).streamKinds == Set(kinds))
    }

    @Test func sweepsMayBeFewOrNone() throws {
        #expect(try shop("sweep = []").sweepSeconds == [])
        #expect(try shop("sweep = [\"90s\"]").sweepSeconds == [90])
        #expect(try shop("sweep = [\"1s\", \"2s\", \"168h\"]").sweepSeconds == [1, 2, 604_800])
    }
}
