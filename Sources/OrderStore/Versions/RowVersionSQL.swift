internal import SyncCore

/// The parts of `RowVersion` that the database applies to many rows at once, each under the name of
/// the Swift function that it repeats; `RowVersionSQLTests` compares the two. Arguments are columns
/// or parameters: `asked` is when an answer was requested, in milliseconds.
enum RowVersionSQL {
    /// `RowVersion.isAhead(_:of:)`
    static func isAhead(_ asked: String, of present: String) -> String {
        "(\(asked) > \(present) + \(RowVersion.answerMillisecondsMax))"
    }

    /// `RowVersion.overtakes(_:within:)`
    /// - Parameter milliseconds: NULL for any time.
    static func overtakes(
        _ asked: String, _ other: String, within milliseconds: String = answerMax
    ) -> String {
        """
        (\(asked) > \(other)
         AND (\(milliseconds) IS NULL OR \(asked) - \(other) <= \(milliseconds)))
        """
    }

    static let answerMax = "\(RowVersion.answerMillisecondsMax)"

    /// An answer was requested before another one.
    static func isEarlier(_ asked: String, than other: String) -> String {
        "(\(asked) < \(other))"
    }

    /// `RowVersion.lastRequest(confirmedBy:)`
    static func lastRequest(_ asked: String, confirmedBy other: String) -> String {
        "iif(\(overtakes(asked, other)), \(asked), \(other))"
    }

    /// `RowVersion.isLater(than:)`
    static func isLater(_ modified: String, than other: String) -> String {
        "(\(modified) > \(other))"
    }

    /// `RowVersion.isAhead(ofClockSetBackTo:)`
    static func isAhead(
        _ modified: String, doubt: String, ofClockSetBackTo now: String
    ) -> String {
        let future = RowVersion.TimeDoubt.future.rawValue
        return "(\(modified) > \(now) AND \(doubt) <> \(future))"
    }

    /// `RowVersion.mayLag(behind:)`
    static func mayLag(
        _ stated: (modified: String, asked: String),
        behind stored: (modified: String, asked: String)
    ) -> String {
        """
        (\(isLater(stored.modified, than: stated.modified))
         AND \(stated.asked) - \(stored.asked) < \(RowVersion.lagMillisecondsMax))
        """
    }

    /// `RowVersion.settles(_:present:)`
    static func settles(
        _ stored: (modified: String, asked: String), _ entry: (modified: String, asked: String),
        present: String
    ) -> String {
        """
        (NOT \(isAhead(stored.asked, of: present))
         AND \(stored.modified) >= coalesce(\(entry.modified), \(stored.modified))
         AND (\(isAhead(entry.asked, of: present))
              OR \(stored.asked) > \(entry.asked)
                 + iif(\(entry.modified) IS NULL, \(RowVersion.lagMillisecondsMax), 0)))
        """
    }
}
