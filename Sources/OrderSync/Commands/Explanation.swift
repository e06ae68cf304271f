import Platforms
import ProgramSupport
import SyncCore

/// The texts of `explain`.
enum Explanation {
    /// Whose code it is. Taobao's numbers have up to four digits, Pinduoduo's five and more. Both
    /// have codes in words; of those in Taobao's form Taobao's table says more, and on Pinduoduo
    /// they stand behind 50001.
    static func platforms(of text: String) -> [Platform] {
        let words = text.split(separator: " ")
        if let number = words.lazy.compactMap({ Int($0) }).first {
            return [number < 10_000 ? .taobao : .pinduoduo]
        }
        let isTaobao =
            ["isv.", "isp.", "accesscontrol."].contains { text.hasPrefix($0) }
            || !Platform.taobao.explain(text).isUnknownCode
        return [isTaobao ? .taobao : .pinduoduo]
    }

    static func exitStatus(_ code: Int32) -> String? {
        let meaning: String? =
            switch code {
            case 0: "done"
            case 64: "wrong usage: see `ordersync help COMMAND`"
            case 129: "the terminal was closed (SIGHUP); run the command again"
            case 130: "ended by Ctrl-C (SIGINT); run the command again"
            case 137: "killed (SIGKILL), by `kill -9` or for lack of memory: `journalctl -k`"
            case 141: "the reader of the output has gone, as `head` does (SIGPIPE)"
            case 143: "ended by another program (SIGTERM); run the command again"
            default: ExitStatus(rawValue: code).map { text($0) }
            }
        return meaning.map { "exit code \(code): \($0)" }
    }

    private static func text(_ status: ExitStatus) -> String {
        switch status {
        case .notRunning:
            "the daemon is not running (`status`): start it with `systemctl start ordersync`"
        case .failed:
            "failed; the line on stderr says what and why"
        case .wrongUsage:
            "wrong usage: see `ordersync help COMMAND`"
        case .platformUnreachable:
            "the platform cannot be reached: network, proxy, or `gateway` of the app; run "
                + "`ordersync check`"
        case .databaseUnusable:
            "the database cannot be made or written: folder, owner, free space; run "
                + "`ordersync check`"
        case .tryAgainLater:
            "not now: another ordersync works on the database, or it is locked; try again later"
        case .notAuthorised:
            "a shop is not authorised: run `ordersync auth status`, then `ordersync auth login "
                + "SHOP` (or replace its session file)"
        case .configurationWrong:
            "the configuration or what it names is wrong: the line on stderr names file, line and "
                + "key. systemd does not restart the service: fix it, then `systemctl start "
                + "ordersync`"
        }
    }

    static func lines(_ failure: CallFailure, platform: String) -> [String] {
        [
            "\(platform) \(failure.code): \(failure.line)",
            "  ordersync: \(reaction(to: failure.disposition))",
        ]
    }

    /// What the daemon does about it.
    private static func reaction(to disposition: Disposition) -> String {
        switch disposition {
        case .retry:
            "asks again after half a second, then ever less often, at most every 30 s"
        case .narrow(let after):
            "asks for half the span" + (after.map { " after \($0) s" } ?? "")
                + ", and for longer ones again once some went well"
        case .throttled(.app, _):
            "rests all calls of the app for as long as the answer says"
        case .throttled(.method, let seconds):
            "rests this method for \(seconds.map { "\($0) s" } ?? "as long as the answer says"); "
                + "everything else continues"
        case .unauthorised:
            "pauses this shop, tries it every 30 s, and resumes automatically; no order is lost"
        case .misconfigured:
            "pauses the app (or, where not all depends on it, the method), tries again every "
                + "minute, and resumes automatically"
        case .clockSkew:
            "takes the platform's time, then asks again"
        case .badRequest:
            "asks again after 15 s, then ever less often; please report the log line"
        case .notFound:
            "asks again for some minutes; then the order is recorded in detail_queue as not found"
        case .empty:
            "takes it as an empty answer: nothing is wrong"
        }
    }
}
