import Platforms
import ProgramSupport
import Report
import SyncCore
import WireFormat

/// What the commands about PIDs print.
enum PidText {
    static func text(_ places: [PromotionPlace], isJSON: Bool) -> String {
        if isJSON { return json(places) }
        guard !places.isEmpty else {
            return "the account has no PID; `ordersync pid generate` makes one"
        }
        let rows = places.map { place in
            [
                place.pid, place.createdAt.map { BeijingTime.text($0) } ?? "-",
                place.name.isEmpty ? "-" : PlainText.line(place.name),
            ]
        }
        return DisplayText.table([["PID", "MADE", "NAME"]] + rows)
    }

    private static func json(_ places: [PromotionPlace]) -> String {
        var json = JSONWriter()
        json.array { json in
            for place in places {
                json.object { json in
                    json.member("pid", place.pid)
                    json.member("name", place.name)
                    json.member("created_at", place.createdAt?.seconds)
                    json.member("media_id", place.mediaID)
                }
            }
        }
        return json.text
    }

    static func bound(_ pid: String, link: (mobile: String?, url: String)?) -> String {
        var json = JSONWriter()
        json.object { json in
            json.member("pid", pid)
            json.member("bound", link == nil)
            json.member("url", link?.url)
            json.member("mobile_url", link?.mobile)
        }
        return json.text
    }

    static func unbound(_ pid: String, link: (mobile: String?, url: String)) -> String {
        var lines = [
            "\(pid) is not bound. Open the page with the Pinduoduo account it is to be bound to, "
                + "confirm, and run this again:",
            "  \(PlainText.line(link.url))",
        ]
        if let mobile = link.mobile { lines.append("  on a phone: \(PlainText.line(mobile))") }
        return lines.joined(separator: "\n")
    }
}
