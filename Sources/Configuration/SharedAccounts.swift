import OrderStore
import Platforms
public import ProgramSupport
import SyncCore
import WireFormat

/// Shops of a configuration that would read the same account, and so count its orders twice.
/// Found without a call: by what they authorise with.
public enum SharedAccounts {
    /// A line for each pair, with both names.
    public static func lines(_ configuration: Configuration) -> [String] {
        var found: [String] = []
        var seen: [Key: String] = [:]
        var stored: [String: [String: StoredSession]] = [:]
        for shop in configuration.shops {
            guard let app = configuration.app(named: shop.app) else { continue }
            for key in keys(of: shop, app, &stored) {
                guard let first = seen.updateValue(shop.name, forKey: key) else { continue }
                seen[key] = first
                found.append(line(first, shop.name, key))
                break
            }
        }
        return found
    }

    /// What nothing may be started with.
    public static func refuse(_ configuration: Configuration) throws(CommandFailure) {
        guard let first = lines(configuration).first else { return }
        throw CommandFailure(.configurationWrong, first)
    }

    private enum Key: Hashable {
        case session(Platform, Secret)
        case place(Platform, String)
        case user(Platform, String)
        case promoter(Platform, appKey: String)
        /// What a PID begins with: the number of the account that it is of.
        case promoterAccount(Platform, String)
    }

    private static func keys(
        of shop: Configuration.Shop, _ app: Configuration.App,
        _ stored: inout [String: [String: StoredSession]]
    ) -> [Key] {
        let platform = app.platform
        if shop.isPromoter {
            // The account is the app's.
            guard shop.streams.contains(.affiliate) else { return [] }
            let accounts = Set(shop.watches.compactMap { $0.pid.split(separator: "_").first })
            return [.promoter(platform, appKey: app.key)]
                + accounts.sorted().map { .promoterAccount(platform, String($0)) }
        }
        switch shop.session {
        case .stored(let file, let name, let appKey):
            // One file has all sessions: it is read once.
            if stored[file.path] == nil { stored[file.path] = (try? file.read()) ?? [:] }
            guard let session = stored[file.path]?[name], session.appKey == appKey else {
                return []
            }
            let user: [Key] =
                session.userID.isEmpty ? [] : [.user(platform, session.userID)]
            return [.session(platform, session.accessToken)] + user
        case .file, .environment, .credential, .inline:
            guard let text = try? shop.session.read() else {
                return [.place(platform, shop.session.place)]
            }
            return [.session(platform, text)]
        }
    }

    private static func line(_ first: String, _ second: String, _ key: Key) -> String {
        switch key {
        case .session, .place:
            "shops \(first) and \(second) have the same session: every order would be counted "
                + "twice. Remove one of the two [[shop]] entries, or give \(second) the session of "
                + "its own seller"
        case .user:
            "shops \(first) and \(second) are authorised by the same seller: every order would be "
                + "counted twice. Remove one of the two [[shop]] entries, or run: ordersync auth "
                + "login \(second) with its own account"
        case .promoter:
            "shops \(first) and \(second) read the orders of the same promoter's app: every order "
                + "would be counted twice. Remove one of the two [[shop]] entries"
        case .promoterAccount(_, let account):
            "shops \(first) and \(second) are the promoter's account \(account) by the PIDs of "
                + "their products: every order would be counted twice. Remove one of the two "
                + "[[shop]] entries"
        }
    }
}
