import OrderStore
import ProgramSupport
import SyncCore
import WireFormat

/// What a verification says at its end.
struct VerifyVerdict {
    let result: VerifyResult
    /// Until when every change has been read, and read again; nil when no sync ever ran.
    let settledUntil: UTCInstant?
    /// A daemon runs.
    let isLive: Bool
    let isRepair: Bool
    /// Nil without --details.
    var details: Details?

    struct Details: Equatable, Sendable {
        /// Orders that were read in full, and the calls for them.
        var orders = 0
        var calls = 0
    }

    /// Columns named that were not compared.
    private static let columnsMax = 8
    /// Orders listed one by one.
    private static let listedMax = 20

    /// Nothing differs.
    var isProven: Bool { result.standing.isEmpty }

    /// Differences that a sync is on its way to, or would be if one ran.
    var behind: [VerifyResult.Finding] {
        guard let settledUntil else { return [] }
        return result.standing.filter { finding in
            !["extra", VerifyResult.Finding.rejected].contains(finding.kind)
                && (finding.platformModifiedAt ?? 0) >= settledUntil.seconds
        }
    }

    private var lost: [VerifyResult.Finding] {
        let late = Set(behind.map(\.order))
        return result.standing.filter { !late.contains($0.order) }
    }

    var text: String {
        var lines: [String] = []
        for finding in lost.prefix(Self.listedMax) { lines.append(line(finding)) }
        if lost.count > Self.listedMax {
            lines.append("… and \(DisplayText.grouped(Int64(lost.count - Self.listedMax))) more")
        }
        if isProven {
            let scope = result.unstatedOrders > 0 ? " in what the platform's lists state" : ""
            lines.append(
                "proven equal: \(DisplayText.grouped(compared)) orders, each compared\(scope)")
        } else {
            let orders = DisplayText.grouped(result.platformOrders)
            lines.append("NOT equal: \(orders) orders at the platform, \(summary)")
        }
        if let details {
            let orders = DisplayText.count(details.orders, "order")
            let calls = DisplayText.count(details.calls, "call")
            lines.append("read in full: \(orders), by \(calls)")
        }
        lines += notComparable
        if !result.repaired.isEmpty {
            lines.append("repaired: \(DisplayText.count(result.repaired.count, "order"))")
            for finding in result.repaired.prefix(Self.listedMax) {
                lines.append("  \(finding.order): \(what(finding))")
            }
            if result.repaired.count > Self.listedMax {
                let more = Int64(result.repaired.count - Self.listedMax)
                lines.append("  … and \(DisplayText.grouped(more)) more")
            }
        }
        if result.caughtUp > 0 {
            lines.append(
                "changed meanwhile and synced: \(DisplayText.count(Int(result.caughtUp), "order"))")
        }
        if !behind.isEmpty {
            lines.append(
                "newer than the latest sync: \(DisplayText.count(behind.count, "change")); "
                    + (isLive ? "run verify again later" : "start the daemon, or use --repair"))
        }
        let isRepairable = lost.contains { $0.kind != VerifyResult.Finding.rejected }
        if isRepairable, !isRepair { lines.append("--repair stores what the platform shows") }
        return lines.joined(separator: "\n")
    }

    /// Orders that the platform showed and the database can be compared with.
    private var compared: Int64 { result.platformOrders - result.purgedOrders }

    private var notComparable: [String] {
        var lines: [String] = []
        if result.notCompared > 0 {
            let rows = DisplayText.count(result.notCompared, "row")
            lines.append(
                "not compared: \(rows) of the platform that cannot be read. The table "
                    + "rejected_rows contains their JSON; report them to the platform")
        }
        if result.unstatedOrders > 0 {
            let orders = DisplayText.count(Int(result.unstatedOrders), "order")
            let columns = result.unstatedColumns.prefix(Self.columnsMax).joined(separator: ", ")
            let more = result.unstatedColumns.count > Self.columnsMax ? ", …" : ""
            let reason =
                details == nil
                ? "the platform's lists do not state them. --details compares them, by one call "
                    + "for each"
                : "the platform does not state them"
            lines.append("not compared: \(columns)\(more) of \(orders); \(reason)")
        }
        if result.purgedOrders > 0 {
            let orders = DisplayText.count(Int(result.purgedOrders), "order")
            lines.append("not comparable: \(orders) purged here")
        }
        if result.hiddenOrders > 0 {
            let orders = DisplayText.count(Int(result.hiddenOrders), "order")
            lines.append("not comparable: buyer and receiver columns of \(orders), hidden here")
        }
        return lines
    }

    private func what(_ finding: VerifyResult.Finding) -> String {
        switch finding.kind {
        case "missing": "was missing"
        case "stale": "was older"
        default: finding.columns.joined(separator: ", ")
        }
    }

    private var summary: String {
        let kinds = Self.kinds.compactMap { kind in
            let count = lost.count { $0.kind == kind }
            return count == 0
                ? nil : "\(DisplayText.grouped(Int64(count))) \(Self.words[kind] ?? kind)"
        }
        return kinds.isEmpty ? "the database is behind" : kinds.joined(separator: ", ")
    }

    private static let kinds = [
        "missing", "stale", "differs", "extra", VerifyResult.Finding.rejected,
    ]

    private static let words = [
        "missing": "missing here", "stale": "older here", "differs": "different here",
        "extra": "only here", VerifyResult.Finding.rejected: "not compared",
    ]

    private func line(_ finding: VerifyResult.Finding) -> String {
        func time(_ seconds: Int64?) -> String {
            seconds.map { BeijingTime.text(UTCInstant(seconds: $0)) } ?? "-"
        }
        return "\(finding.kind) \(finding.order): platform \(time(finding.platformModifiedAt)), "
            + "stored \(time(finding.storedModifiedAt)) Beijing time"
            + (finding.columns.isEmpty ? "" : ": \(finding.columns.joined(separator: ", "))")
    }

    func json(_ shop: String) -> String {
        RangeJSON.text { json in
            json.member("shop", shop)
            json.member("equal", isProven)
            json.member("platform_orders", result.platformOrders)
            json.member("stored_orders", result.storedOrders)
            for kind in Self.kinds {
                json.member(kind, Int64(lost.count { $0.kind == kind }))
            }
            json.member("behind", Int64(behind.count))
            json.member("repaired", Int64(result.repaired.count))
            json.member("caught_up", result.caughtUp)
            json.member("compared", compared)
            json.member("purged", result.purgedOrders)
            json.member("hidden", result.hiddenOrders)
            json.member("unstated", result.unstatedOrders)
            if let details {
                json.member("details_read", Int64(details.orders))
                json.member("details_calls", Int64(details.calls))
            }
            json.key("unstated_columns")
            json.array { json in
                for column in result.unstatedColumns { json.value(column) }
            }
            json.key("findings")
            json.array { json in
                for finding in lost { write(finding, to: &json) }
            }
            json.key("repairs")
            json.array { json in
                for finding in result.repaired { write(finding, to: &json) }
            }
        }
    }

    private func write(_ finding: VerifyResult.Finding, to json: inout JSONWriter) {
        json.object { json in
            json.member("order_id", finding.order)
            json.member("kind", finding.kind)
            json.member("platform_modified_at", finding.platformModifiedAt)
            json.member("stored_modified_at", finding.storedModifiedAt)
            json.key("columns")
            json.array { json in
                for column in finding.columns { json.value(column) }
            }
        }
    }
}
