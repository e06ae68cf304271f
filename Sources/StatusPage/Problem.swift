import ProgramSupport

/// One thing that is not as it should be, and what to do about it. The page words it in the
/// reader's language by `kind` and the figures.
struct Problem: Equatable, Sendable {
    enum Kind: String, CaseIterable, Sendable {
        case unauthorized
        case paused
        case lagging
        case neverRead = "never_read"
        case banned
        case quotaUsed = "quota_used"
        case failing
        case goodsFailing = "goods_failing"
        case gap
        case daysShort = "days_short"
        case rowsRejected = "rows_rejected"
        case databaseUnwritable = "database_unwritable"
        case databaseUnreadable = "database_unreadable"
        case logGrows = "log_grows"

        /// Data is late or will be: `/healthz` answers 503.
        var isBad: Bool {
            switch self {
            case .unauthorized, .paused, .lagging, .neverRead, .databaseUnwritable,
                .databaseUnreadable:
                true
            case .banned, .quotaUsed, .failing, .goodsFailing, .gap, .daysShort, .rowsRejected,
                .logGrows:
                false
            }
        }
    }

    var kind: Kind
    /// Empty for what concerns no one shop.
    var shop = ""
    var stream = ""
    /// A lag, an age, a rest; or a number of days, of goods, or of megabytes.
    var amount: Int64 = 0
    /// What the lag should not exceed.
    var limit: Int64 = 0
    /// What the platform or the database said; no secret and no buyer's data is in it.
    var detail = ""

    var text: String {
        switch kind {
        case .unauthorized: "the platform no longer accepts the shop's session"
        case .paused: "the platform refuses the shop's app"
        case .lagging:
            "\(stream) is \(DisplayText.duration(amount)) behind, the limit is "
                + DisplayText.duration(limit)
        case .neverRead: "\(stream) has not been read yet"
        case .banned: "the platform has banned the app for \(DisplayText.duration(amount)) more"
        case .quotaUsed: "the calls of the day are used up"
        case .failing: "the latest call of \(stream) failed"
        case .goodsFailing:
            "\(DisplayText.count(Int(amount), "watched price")) could not be read the last time"
        case .gap: "an interval of \(stream) is open for \(DisplayText.duration(amount))"
        case .daysShort: "\(DisplayText.count(Int(amount), "closed day")) short of orders"
        case .rowsRejected:
            "\(DisplayText.count(Int(amount), "row")) of the platform cannot be read, so not stored"
        case .databaseUnwritable: "the database takes no writes"
        case .databaseUnreadable: "the database cannot be read"
        case .logGrows:
            "the database's log has grown to \(amount) MB: a program keeps a transaction open"
        }
    }

    var remedy: String {
        switch kind {
        case .unauthorized:
            "run ordersync auth login \(shop), or replace its session file if it has one; no "
                + "restart is needed"
        case .paused: "run ordersync check; it names what the platform refuses"
        case .lagging: "see the other problems and the log; it catches up automatically"
        case .neverRead: "run ordersync check, then look into the log"
        case .banned: "nothing; if it happens often, lower calls_per_second"
        case .quotaUsed: "it continues at midnight Beijing time; raise the quota in the console"
        case .failing: "nothing yet: it is tried again; if it continues, run ordersync check"
        case .goodsFailing:
            "the list of products names them and the codes; run: ordersync explain CODE"
        case .gap: "nothing yet: it is requested again; if it continues, report it"
        case .daysShort: "ordersync verify \(shop) --from DAY --to DAY --repair"
        case .rowsRejected:
            "those with an id are read again at least daily; report them to the platform with the "
                + "JSON in the table rejected_rows"
        case .databaseUnwritable: "free space or fix access; nothing is lost meanwhile"
        case .databaseUnreadable: "check that this user may read the file and its folder"
        case .logGrows: "end that program (fuser -v on the database names it); nothing is lost"
        }
    }
}
